using Calico.Agent.Dataplane.Conntrack;
using Calico.Model.Net;
using Calico.Policy.Evaluation;
using Calico.Tests.Unit.Dataplane.Rules;
using FsCheck;
using FsCheck.Fluent;

namespace Calico.Tests.Unit.Dataplane.Conntrack;

/// <summary>
/// The same objects go through the calculation graph into the judge and into the evaluator that defines what policy means: for any
/// packet the judge denies exactly what the evaluator denies at an end that is a workload of this node.
/// </summary>
internal sealed class FlowJudgeProperties
{
    private static readonly HashSet<IpAddress> Host =
        [.. RandomPolicy.World.HostInterfaces.Where(own => own.Node == SimulatedNode.Name).SelectMany(own => own.Addresses)];

    private static readonly Gen<PolicySnapshot> Snapshot =
        from snapshot in RandomPolicy.Workloads
        from reach in Gen.Elements(true, false)
        select snapshot with { Host = new HostSettings { WorkloadsReachTheirHost = reach } };

    [Test]
    public void It_denies_what_the_evaluator_denies_at_the_ends_that_are_here() => Prop.ForAll(
        Snapshot.ToArbitrary(),
        RandomPolicy.Packet.ListOf(30).ToArbitrary(),
        (snapshot, packets) =>
        {
            var evaluator = new PolicyEvaluator(snapshot);
            var judge = new FlowJudge(StateOf(snapshot), snapshot.Host.WorkloadsReachTheirHost);
            foreach (var packet in packets)
            {
                var verdict = evaluator.Evaluate(packet);
                Assert.That(judge.Denies(FlowOf(packet), Host), Is.EqualTo(IsDeniedHere(snapshot, packet, verdict)), $"{packet}: {verdict}");
            }
        }).QuickCheckThrowOnFailure();

    private static bool IsDeniedHere(PolicySnapshot snapshot, Packet packet, FlowVerdict verdict) =>
        (IsHere(snapshot, packet.Source) && (verdict.Egress is { Allowed: false } || verdict.Ingress is { Allowed: false, Reason: VerdictReason.WorkloadToItsHost }))
        || (IsHere(snapshot, packet.Destination) && verdict.Ingress is { Allowed: false });

    private static bool IsHere(PolicySnapshot snapshot, IpAddress address) =>
        snapshot.Workloads.Any(pod => pod.Spec.Node == SimulatedNode.Name && pod.Spec.IPNetworks!.Contains(address.ToCidr()));

    private static Flow FlowOf(Packet packet) => new(packet.Source, packet.Destination, packet.Protocol, packet.SourcePort, packet.DestinationPort)
    {
        IcmpType = packet.IcmpType,
        IcmpCode = packet.IcmpCode,
    };

    private static ActiveState StateOf(PolicySnapshot snapshot)
    {
        var state = new ActiveState();
        foreach (var message in SimulatedNode.MessagesOf(snapshot))
        {
            state.Apply(message);
        }

        return state;
    }
}
