using Calico.Ipam.Core;
using Calico.Ipam.Core.Collection;
using Calico.Model;
using Calico.Model.Identity;
using Calico.Model.Ipam;
using Calico.Model.Json;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Store;

namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>The runs that are explored to the last state: small enough for that, and each with a race of its own.</summary>
internal static class Scenarios
{
    private const string A = "node-a";
    private const string B = "node-b";

    private static readonly IpAddress Fixed = IpAddress.Parse("10.0.0.1");

    public static Scenario ThreeAllocators { get; } = new("three allocators on two nodes")
    {
        Pools = ["10.0.0.0/29"],
        Actors = [Actors.Direct("first", A, Actors.Add(Pod(1)), Actors.Del(Pod(1))), Actors.Direct("second", A, Actors.Add(Pod(2))), Actors.Direct("third", B, Actors.Add(Pod(3)), Actors.Del(Pod(3)))],
    };

    public static Scenario OneBlock { get; } = new("one block of two addresses for three")
    {
        Pools = ["10.0.0.0/31"],
        Actors = [Actors.Direct("first", A, Actors.Add(Pod(1)), Actors.Del(Pod(1))), Actors.Direct("second", A, Actors.Add(Pod(2))), Actors.Direct("third", B, Actors.Add(Pod(3)))],
    };

    public static IEnumerable<Scenario> All { get; } =
    [
        ThreeAllocators,
        OneBlock,
        new("agents that remember what they saw")
        {
            Actors =
            [
                Actors.Agent("agent", A, Actors.Add(Pod(1)), Actors.Del(Pod(1)), Actors.Add(Pod(4))),
                Actors.Direct("plugin", A, Actors.Add(Pod(2))),
                Actors.Agent("agent", B, Actors.Add(Pod(3)), Actors.Del(Pod(3))),
            ],
        },
        new("a release sent twice races with those who wait for the address")
        {
            Pools = ["10.0.0.0/31"],
            Before = beginning => Plug(beginning, (0, A), (9, A)),
            Actors =
            [
                Actors.Direct("runtime", A, Actors.Del(Pod(0))), Actors.Direct("clean-up", A, Actors.Del(Pod(0))),
                Actors.Direct("second", A, Actors.Add(Pod(1))), Actors.Direct("third", B, Actors.Add(Pod(2))),
            ],
        },
        new("the same container is added twice and deleted")
        {
            Actors = [Actors.Direct("first", A, Actors.Add(Pod(1))), Actors.Agent("agent", A, Actors.Add(Pod(1))), Actors.Direct("runtime", A, Actors.Del(Pod(1)))],
        },
        new("two interfaces of one container")
        {
            Actors = [Actors.Direct("first", A, Actors.Add(Pod(1)), Actors.Del(Pod(1))), Actors.Direct("second", A, Actors.Add(Pod(1, "eth1"))), Actors.Direct("third", B, Actors.Add(Pod(2)))],
        },
        new("a pod with an address of its own is restarted")
        {
            Before = beginning =>
            {
                beginning.Assigned(Cluster.Pod("p1", "old"), A, Asks);
                Know(beginning, (1, A), (2, B));
            },
            Actors =
            [
                Actors.Direct("runtime", A, Actors.Del(Cluster.Pod("p1", "old"))), Actors.Direct("restart", A, Actors.Add(Cluster.Pod("p1", "new"), Asks)),
                Actors.Direct("third", B, Actors.Add(Pod(2))),
            ],
        },
        new("both families at once")
        {
            Pools = ["10.0.0.0/31", "fd00::/127"],
            Actors = [Actors.Direct("first", A, Actors.Add(Pod(1), BothFamilies)), Actors.Agent("second", B, Actors.Add(Pod(2), BothFamilies), Actors.Del(Pod(2)))],
        },
        new("a batch beside a single caller")
        {
            Actors = [Actors.Agent("agent", A, Actors.Batch(Pod(1), Pod(2)), Actors.Del(Pod(1))), Actors.Direct("plugin", A, Actors.Add(Pod(3)), Actors.Del(Pod(3)))],
        },
        new("a pool is closed")
        {
            Before = beginning => Plug(beginning, (0, A)),
            Actors =
            [
                Actors.Direct("first", A, Actors.Del(Pod(0)), Actors.Add(Pod(1))), Actors.Direct("second", B, Actors.Add(Pod(2))),
                Actors.Operator("operator", [PutPool(disabled: true)]),
            ],
        },
        new("a pool is deleted and made again")
        {
            Before = beginning => Plug(beginning, (0, A)),
            Actors =
            [
                Actors.Agent("agent", A, Actors.Add(Pod(1)), Actors.Del(Pod(0))), Actors.Direct("second", B, Actors.Add(Pod(2))),
                Actors.Operator("operator", [new StoreOp.Delete(PoolKey)], [PutPool(disabled: false)]),
            ],
        },
        new("an empty block of another node")
        {
            Pools = ["10.0.0.0/31"],
            Before = beginning =>
            {
                Plug(beginning, (0, B));
                beginning.Released(Pod(0), B);
                beginning.Changed(facts => facts.Without(new InUse(Pod(0), B, [])));
                beginning.Passed(TimeSpan.FromMinutes(2));
            },
            Actors = [Actors.Direct("first", A, Actors.Add(Pod(1))), Actors.Agent("owner", B, Actors.Add(Pod(2)), Actors.Del(Pod(2))), Actors.Direct("third", A, Actors.Add(Pod(3)))],
        },
        new("released addresses cool down")
        {
            Pools = ["10.0.0.0/31"],
            Before = beginning =>
            {
                beginning.Cluster.Configure(new IpamConfig { AutoAllocateBlocks = true, IpCooldownSeconds = 30 });
                Plug(beginning, (0, A), (9, A));
            },
            Actors =
            [
                Actors.Direct("runtime", A, Actors.Del(Pod(0))), Actors.Direct("second", A, Actors.Add(Pod(1))), Actors.Direct("third", B, Actors.Add(Pod(2))),
                Actors.Happening("clock", facts => facts.At(facts.Now + TimeSpan.FromSeconds(31))),
            ],
        },
        .. WithCollector(),
        .. Outages.All,
    ];

    private static string PoolKey => EtcdKeys.Resource(ResourceKind.IpPool, "pool-0");

    public static WorkloadIdentity Pod(int number, string name = "eth0") => Cluster.Pod($"p{number}", $"c{number}", name);

    private static IEnumerable<Scenario> WithCollector()
    {
        yield return new("the collector finds a leak while addresses are given")
        {
            Pools = ["10.0.0.0/31"],
            Before = beginning =>
            {
                beginning.Assigned(Pod(0), A);
                Know(beginning, (1, A));
            },
            Actors = [Collecting.Collector(looks: 3), Collecting.Answerer(A), Actors.Direct("first", A, Actors.Add(Pod(1)))],
        };
        yield return new("the collector and a late DEL")
        {
            Pools = ["10.0.0.0/31"],
            Before = beginning => beginning.Assigned(Pod(0), A),
            Actors = [Collecting.Collector(looks: 3), Collecting.Answerer(A), Actors.Direct("runtime", A, Actors.CleanUp(Pod(0)), Actors.Add(Pod(0)))],
        };
        yield return new("Kubernetes forgets a pod that runs")
        {
            Pools = ["10.0.0.0/31"],
            Before = beginning =>
            {
                Plug(beginning, (0, A));
                beginning.Changed(facts => facts.WithoutPod("p0"));
            },
            Actors = [Collecting.Collector(looks: 3), Collecting.Answerer(A), Actors.Direct("runtime", A, Actors.Del(Pod(0)))],
        };
        yield return new("a node leaves the cluster")
        {
            Pools = ["10.0.0.0/31"],
            Before = beginning => Plug(beginning, (0, B)),
            Actors =
            [
                Collecting.Collector(looks: 2), Actors.Happening("machine", facts => facts.WithoutNode(B)), Actors.Direct("last of node-b", B, Actors.Add(Pod(2))),
            ],
        };
        yield return new("a node leaves the cluster while another borrows of its block")
        {
            Pools = ["10.0.0.0/31"],
            Before = beginning =>
            {
                Plug(beginning, (0, B));
                Know(beginning, (1, A));
            },
            Actors =
            [
                Collecting.Collector(looks: 2), Actors.Happening("machine", facts => facts.WithoutNode(B)),
                Actors.Direct("first", A, Actors.Add(Pod(1)), Actors.Del(Pod(1))),
            ],
        };
        yield return new("a node leaves and comes back")
        {
            Pools = ["10.0.0.0/31"],
            Before = beginning => Plug(beginning, (0, B)),
            Actors =
            [
                Collecting.Collector(looks: 2),
                Actors.Happening("machine", facts => facts.WithoutNode(B).WithoutPod("p0"), facts => facts.WithNode(B).WithPod(new PodFact("shop", "p2", B, []))),
                Actors.Direct("back", B, Actors.Add(Pod(2))),
            ],
        };
    }

    private static void Plug(Beginning beginning, params (int Pod, string Node)[] pods)
    {
        foreach (var (pod, node) in pods)
        {
            beginning.Plugged(Pod(pod), node);
        }
    }

    /// <summary>Pods that Kubernetes has and that are still to be plugged in.</summary>
    private static void Know(Beginning beginning, params (int Pod, string Node)[] pods)
    {
        foreach (var (pod, node) in pods)
        {
            beginning.Changed(facts => facts.WithPod(new PodFact("shop", $"p{pod}", node, [])));
        }
    }

    private static AssignRequest Asks(AssignRequest request) => request with { Addresses = [Fixed] };

    private static AssignRequest BothFamilies(AssignRequest request) => request with { Families = [IpFamily.IPv4, IpFamily.IPv6] };

    private static StoreOp.Put PutPool(bool disabled) => new(PoolKey, ModelJson.Write(new Resource<IpPoolSpec>
    {
        Kind = "IPPool",
        Metadata = new ObjectMeta { Name = "pool-0" },
        Spec = new IpPoolSpec { Cidr = "10.0.0.0/30", BlockSize = 31, Disabled = disabled },
    }));
}
