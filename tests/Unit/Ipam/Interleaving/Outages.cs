using Calico.Ipam.Core;
using Calico.Ipam.Core.Collection;
using Calico.Ipam.Core.Reserve;
using Calico.Model;
using Calico.Model.Identity;
using Calico.Model.Net;

namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>A node that served pods out of its reserve while the store was away, and tells it.</summary>
internal static class Outages
{
    private const string A = "node-a";
    private const string B = "node-b";

    /// <summary>What the reserve of a node with one pod has.</summary>
    private static readonly IpAddress Reserved = IpAddress.Parse("10.0.0.1");

    public static IEnumerable<Scenario> All { get; } =
    [
        Of("an address of the reserve goes from pod to pod before the store hears of it", Actors.Direct("third", B, Actors.Add(Scenarios.Pod(3)), Actors.Del(Scenarios.Pod(3)))),
        Of("the reserve is filled anew while the store is told", Actors.Agent("background", A, Fill(1)), Actors.Direct("runtime", A, Actors.Del(Scenarios.Pod(0)))),
        Of("the reserve is given up while the store is told", Actors.Agent("background", A, Fill(0)), Actors.Direct("third", A, Actors.Add(Scenarios.Pod(3)))),
        Of("a node with a journal leaves the cluster", Collecting.Collector(looks: 2), Actors.Happening("machine", facts => facts.WithoutNode(A))),
    ];

    /// <summary>Tells the store of one pod that runs, as an agent that is started again does.</summary>
    public static async Task TellAsync(IpamClient ipam, InUse used, IReadOnlyList<WorkloadIdentity> formers)
    {
        var request = new AssignRequest(used.Identity, used.Node);
        var endpoint = OfflineRules.Endpoint(request, null, used.Addresses, Facts.Start);
        var outcomes = await ipam.CommitAsync([new AdoptRequest(used.Identity, used.Node, used.Addresses, endpoint) { Formers = [.. formers.Select(former => Former(former, used.Node))] }], CancellationToken.None);
        if (outcomes[0].Error is { } error)
        {
            throw error;
        }
    }

    private static Scenario Of(string name, params Actor[] others) => new(name)
    {
        BlockBits = 2,
        Before = beginning =>
        {
            beginning.Plugged(Scenarios.Pod(0), A);
            beginning.Reserved(A, 1);
            foreach (var pod in new[] { 1, 2 })
            {
                beginning.Changed(facts => facts.WithPod(new PodFact("shop", $"p{pod}", A, [])));
            }
        },
        Actors =
        [
            Actors.Agent(
                "agent", A, Serve(Scenarios.Pod(1)), Tell(Scenarios.Pod(1)), Unplug(Scenarios.Pod(1)), Serve(Scenarios.Pod(2)), TellDel(Scenarios.Pod(1)), Tell(Scenarios.Pod(2), Scenarios.Pod(1))),
            .. others,
        ],
    };

    private static Step Fill(int count) => (_, ipam, node) => ipam.CommitAsync([new ReserveRequest(node, count) { InUse = [Reserved] }], CancellationToken.None);

    private static Step Serve(WorkloadIdentity identity) => (run, _, node) => run.ChangeAsync(
        $"serves {identity.ContainerId}",
        facts => facts.Nodes.Contains(node) ? facts.With(new InUse(identity, node, [Reserved], IsUntold: true)) : facts);

    private static Step Unplug(WorkloadIdentity identity) => (run, _, node) =>
        run.ChangeAsync($"unplugs {identity.ContainerId}", facts => facts.Without(new InUse(identity, node, [])));

    private static FormerHolder Former(WorkloadIdentity identity, string node) => new(
        identity.HandleId, identity.ContainerId, EtcdKeys.Endpoint(identity, node));

    private static Step Tell(WorkloadIdentity identity, params WorkloadIdentity[] formers) => async (run, ipam, node) =>
    {
        await TellAsync(ipam, new InUse(identity, node, [Reserved]), formers);
        run.Note(facts => facts.Nodes.Contains(node) ? facts.With(new InUse(identity, node, [Reserved])) : facts);
    };

    private static Step TellDel(WorkloadIdentity identity) =>
        (_, ipam, node) => ipam.CommitAsync([new ReleaseRequest(identity, node) { ToReserve = [Reserved] }], CancellationToken.None);
}
