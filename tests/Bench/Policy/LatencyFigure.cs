using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Tests.Bench.Measures;
using Calico.Tests.Rig.Policy;
using static Calico.Tests.Rig.Policy.PolicyObjects;

namespace Calico.Tests.Bench.Policy;

/// <summary>How long a change of policy, or of a label, takes from etcd to the kernel on a busy node of a larger cluster.</summary>
internal static class LatencyFigure
{
    private const int LocalEndpoints = 250;
    private const int RemoteEndpoints = 10_000;
    private const int Policies = 1000;
    private const double LimitMs = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task<(IReadOnlyList<Series> Series, IReadOnlyList<Target> Targets)> RunAsync(int changes, Action<string> progress)
    {
        await using var cluster = await PolicyCluster.StartAsync(1, "NFT");
        var (from, to) = (await cluster.AddPodAsync("from", "shop"), await cluster.AddPodAsync("to", "shop"));
        await cluster.ConnectAsync();
        progress($"{LocalEndpoints} endpoints here, {RemoteEndpoints} elsewhere, {Policies} policies");
        await cluster.CommitAsync(
        [
            Put(Namespace("shop")),
            Put(Namespace(PolicyWorld.Space)),
            .. PolicyWorld.Endpoints(cluster.Hosts[0].NodeName, 0, LocalEndpoints - 2),
            .. PolicyWorld.Endpoints("elsewhere", LocalEndpoints, RemoteEndpoints),
            .. PolicyWorld.Policies(0, Policies),
        ]);
        var timer = new Enforced(cluster, from, to);
        progress($"{changes} changes of a policy");
        var policies = new Samples("a policy's rule");
        for (var i = 0; i < changes; i++)
        {
            policies.Add(await timer.AfterAsync(Put(OfPods(i % 2 == 0 ? AllowTcp(Enforced.Port) : AllowTcp(1))), i % 2 == 0), TimeSpan.Zero);
            await Task.Delay(Pause);
        }

        progress($"{changes} changes of a label");
        await cluster.CommitAsync(Put(OfPods(AllowTcp(Enforced.Port) with { Source = new EntityRule { Selector = "role == 'friend'" } })));
        var sender = (await cluster.EndpointsAsync()).Single(endpoint => endpoint.Spec.Pod == "from");
        var labels = new Samples("a label of the peer");
        for (var i = 0; i < changes; i++)
        {
            labels.Add(await timer.AfterAsync(Put(Labelled(sender, i % 2 == 0 ? "friend" : "stranger")), i % 2 == 0), TimeSpan.Zero);
            await Task.Delay(Pause);
        }

        return (
            [new Series($"written to etcd until enforced ({LocalEndpoints} endpoints here, {RemoteEndpoints} elsewhere, {Policies} policies)", [policies, labels])],
            [new Target("policy, p99", policies.P99, LimitMs, "ms"), new Target("label, p99", labels.P99, LimitMs, "ms")]);
    }

    private static Resource<GlobalNetworkPolicySpec> OfPods(PolicyRule rule) => PolicyWorld.Policy("tick", "projectcalico.org/namespace == 'shop'", [rule], order: 1);

    private static Resource<WorkloadEndpointSpec> Labelled(Resource<WorkloadEndpointSpec> endpoint, string role) =>
        endpoint with { Metadata = endpoint.Metadata with { Labels = new(endpoint.Metadata.Labels!) { ["role"] = role } } };
}
