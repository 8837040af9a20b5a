using Calico.Ipam.Core;
using Calico.Model;
using Calico.Model.Identity;
using Calico.Model.Ipam;
using Calico.Model.Net;
using Calico.Store;
using Calico.Tests.Fakes;
using Calico.Tests.Unit.Ipam;
using FsCheck;
using FsCheck.Fluent;

namespace Calico.Tests.Unit.Controller.Ipam;

/// <summary>
/// Two nodes on which containers come, go and crash, pods that vanish from Kubernetes at any time, nodes that leave and come back, agents that answer, and the
/// collector: in any order of their calls to the store. Whoever is plugged in keeps its address, and what nobody uses comes back in the end.
/// </summary>
internal sealed class CollectorProperties
{
    private static readonly string[] Nodes = ["node-a", "node-b"];

    [Test]
    public void No_interleaving_frees_an_address_in_use_and_every_leak_comes_back() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Run(seed, faults: false)).QuickCheckThrowOnFailure();

    [Test]
    public void Nor_does_any_loss_of_calls() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Run(seed, faults: true)).QuickCheckThrowOnFailure();

    private static bool Run(int seed, bool faults)
    {
        var random = new Random(seed);
        var world = new CollectorWorld(Nodes);
        var turns = new Turns(world, random, faults);
        world.Cluster.Store.Gate = turns.WaitAsync;
        turns.RunToEnd([
            LiveAsync(world, "node-a", random.Next()), LiveAsync(world, "node-b", random.Next()),
            CollectAsync(world, random.Next()), AnswerAsync(world),
        ]);
        world.Cluster.Store.Gate = null;
        for (var round = 0; round < 2; round++)
        {
            // Every pod whose container is gone was deleted; whoever still runs is known to Kubernetes.
            world.Pods.Clear();
            foreach (var (identity, running) in world.Running)
            {
                world.AddPod(identity.Workload, running.Node, running.Addresses[0].ToString());
            }

            world.CollectAsync().GetAwaiter().GetResult();
        }

        var handles = world.Cluster.Keys(EtcdKeys.Handles).Select(key => key[EtcdKeys.Handles.Length..]).ToHashSet();
        return handles.SetEquals(world.Running.Keys.Select(identity => identity.HandleId)) && StoreInvariants.Violation(world.Cluster.Store.Contents()) is null;
    }

    /// <summary>The kubelet of a node, and its users.</summary>
    private static async Task LiveAsync(CollectorWorld world, string node, int seed)
    {
        var random = new Random(seed);
        using var ipam = world.Cluster.Client();
        for (var i = 0; i < 25; i++)
        {
            var own = world.Running.Where(r => r.Value.Node == node).Select(r => r.Key).ToList();
            var some = own.Count > 0 ? own[random.Next(own.Count)] : null;
            switch (random.Next(8))
            {
                case 0 or 1 or 2 when world.Nodes.Contains(node):
                    await PlugAsync(world, ipam, Cluster.Pod($"{node}-p{random.Next(4)}", $"{node}-c{i}"), node);
                    break;
                case 3 when some is not null:
                    world.Running.Remove(some);
                    await TryAsync(() => ipam.ReleaseAsync(new ReleaseRequest(some, node), CancellationToken.None));
                    break;
                case 4 when some is not null:
                    world.Running.Remove(some);
                    break;
                case 5:
                    world.Pods.Remove($"{node}-p{random.Next(4)}");
                    break;
                case 6 when random.Next(3) == 0:
                    // The machine is gone, with all that ran on it.
                    world.Nodes.Remove(node);
                    own.ForEach(identity => world.Running.Remove(identity));
                    break;
                case 7:
                    world.Nodes.Add(node);
                    break;
                default:
                    break;
            }

            world.Cluster.Pass(TimeSpan.FromMinutes(random.Next(10)));
        }
    }

    private static async Task PlugAsync(CollectorWorld world, IpamClient ipam, WorkloadIdentity identity, string node)
    {
        world.AddPod(identity.Workload, node);
        await TryAsync(async () =>
        {
            var given = await ipam.AssignAsync(new AssignRequest(identity, node), CancellationToken.None);
            if (world.Nodes.Contains(node))
            {
                world.Running[identity] = (node, given.Addresses);
                world.AddPod(identity.Workload, node, given.Addresses[0].ToString());
            }
        });
    }

    private static async Task CollectAsync(CollectorWorld world, int seed)
    {
        var random = new Random(seed);
        for (var look = 0; look < 12; look++)
        {
            await TryAsync(world.LookAsync);
            world.Cluster.Pass(TimeSpan.FromMinutes(random.Next(16)));
        }
    }

    private static async Task AnswerAsync(CollectorWorld world)
    {
        for (var look = 0; look < 20; look++)
        {
            await TryAsync(world.AnswerAsync);
            await TryAsync(() => world.Cluster.Store.RangeAsync(new RangeRequest(EtcdKeys.IpamConfig), CancellationToken.None));
        }
    }

    private static async Task TryAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (Exception e) when (e is StoreException or IpamException)
        {
            // Whether it happened is unknown; nothing in use may be lost either way.
        }
    }

    /// <summary>Everybody waits before each call of the store; one at a time is let go.</summary>
    private sealed class Turns(CollectorWorld world, Random random, bool faults)
    {
        private readonly List<TaskCompletionSource> _waiting = [];

        public Task WaitAsync(StoreCall call, CancellationToken cancellationToken)
        {
            var turn = new TaskCompletionSource();
            _waiting.Add(turn);
            return turn.Task;
        }

        public void RunToEnd(Task[] actors)
        {
            while (_waiting.Count > 0)
            {
                if (faults && random.Next(8) == 0)
                {
                    world.Cluster.Store.FailNext(random.Next(2) == 0 ? StoreFault.BeforeEffect : StoreFault.AfterEffect);
                }

                var turn = _waiting[random.Next(_waiting.Count)];
                _waiting.Remove(turn);
                turn.SetResult();
                Require();
            }

            Task.WhenAll(actors).GetAwaiter().GetResult();
        }

        private void Require()
        {
            var blocks = world.Cluster.Keys(EtcdKeys.Blocks).Select(key => world.Cluster.Get<AllocationBlock>(key)!).ToList();
            foreach (var (identity, running) in world.Running)
            {
                foreach (var lost in running.Addresses.Where(address => HolderOf(blocks, address) != identity.HandleId))
                {
                    throw new InvalidOperationException($"{identity.HandleId} uses {lost}, which {HolderOf(blocks, lost) ?? "nobody"} holds");
                }
            }

            if (StoreInvariants.Violation(world.Cluster.Store.Contents()) is { } violation)
            {
                throw new InvalidOperationException(violation);
            }
        }

        private static string? HolderOf(List<AllocationBlock> blocks, IpAddress address)
        {
            var block = blocks.Find(b => b.Cidr.Contains(address));
            return block?.Allocations[(int)block.Cidr.OrdinalOf(address)] is { } index ? block.Attributes[index].HandleId : null;
        }
    }
}
