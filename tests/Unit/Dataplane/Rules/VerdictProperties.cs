using Calico.Agent.Dataplane;
using Calico.Agent.Dataplane.Iptables;
using Calico.Model.Net;
using Calico.Policy.Compiled;
using Calico.Policy.Evaluation;
using FsCheck;
using FsCheck.Fluent;

namespace Calico.Tests.Unit.Dataplane.Rules;

/// <summary>The rendered rules, walked as the kernel walks them, say what the evaluator says.</summary>
internal sealed class VerdictProperties
{
    private static readonly IpAddress[] Own = [IpAddress.Parse(RandomPolicy.Eth0), IpAddress.Parse("2001:db8::1")];

    [Test]
    public void A_workloads_packet_has_the_evaluators_verdict([Values] EndpointToHostAction toHost)
    {
        var options = new DataplaneOptions { EndpointToHost = toHost };
        Holds(RandomPolicy.Workloads, snapshot =>
        {
            var host = snapshot.Host with { WorkloadsReachTheirHost = toHost != EndpointToHostAction.Drop };
            var evaluator = new PolicyEvaluator(snapshot with { Host = host });
            var node = new SimulatedNode(snapshot, options);
            return packet => Passes(node, packet) == Expected(node, packet, evaluator.Evaluate(packet));
        });
    }

    [Test]
    public void Every_Log_rule_on_the_way_writes_one_line() =>
        Holds(RandomPolicy.Workloads, snapshot =>
        {
            var node = new SimulatedNode(snapshot);
            var evaluator = new PolicyEvaluator(snapshot);
            return packet =>
            {
                var verdict = evaluator.Evaluate(packet);
                var egress = node.IsHere(packet.Source) ? verdict.Egress : null;
                var ingress = node.IsHere(packet.Destination) && egress?.Allowed != false ? verdict.Ingress : null;
                var simulated = Between(node, packet);
                node[packet.Family].Forward(simulated);
                return Own.Contains(packet.Source) || Own.Contains(packet.Destination)
                    || simulated.Logged == (egress?.Logged.Length ?? 0) + (ingress?.Logged.Length ?? 0);
            };
        });

    [Test]
    public void What_a_host_receives_and_sends_has_the_evaluators_verdict() =>
        Holds(RandomPolicy.Hosts, snapshot =>
        {
            var node = new SimulatedNode(snapshot);
            var evaluator = new PolicyEvaluator(snapshot);
            return packet =>
            {
                var kernel = node[packet.Family];
                var received = packet with { Source = Outsider(packet), Destination = Own[packet.Family == IpFamily.IPv4 ? 0 : 1] };
                var sent = packet with { Source = received.Destination, Destination = received.Source };
                var expected = evaluator.Evaluate(sent).Egress!.Allowed;
                return kernel.Input(new SimulatedPacket(received) { In = "eth0" }) == evaluator.Evaluate(received).Ingress!.Allowed
                    && kernel.Output(new SimulatedPacket(sent) { Out = "eth0" }) == expected;
            };
        });

    [Test]
    public void What_a_host_sends_through_another_interface_than_it_meant_to_has_the_evaluators_verdict() =>
        Holds(RandomPolicy.Hosts.Where(snapshot => snapshot.GlobalPolicies.All(policy => policy.Spec.DoNotTrack != true)), snapshot =>
        {
            var node = new SimulatedNode(snapshot);
            var evaluator = new PolicyEvaluator(snapshot);
            return packet =>
            {
                var sent = packet with { Source = Own[packet.Family == IpFamily.IPv4 ? 0 : 1], Destination = Outsider(packet) };
                var simulated = new SimulatedPacket(sent) { Out = "eth7", States = ["NEW", "DNAT"] };
                return node[packet.Family].Output(simulated, rerouted: "eth0") == evaluator.Evaluate(sent).Egress!.Allowed;
            };
        });

    [Test]
    public void What_a_host_forwards_has_the_evaluators_verdict() =>
        Holds(RandomPolicy.Hosts.Where(snapshot => snapshot.HostEndpoints[0].Spec.InterfaceName != "*"), snapshot =>
        {
            var node = new SimulatedNode(snapshot);
            var evaluator = new PolicyEvaluator(snapshot);
            bool Allowed(PolicyDirection direction, Packet packet)
            {
                PolicyStage[] before = direction == PolicyDirection.Ingress ? [PolicyStage.Untracked, PolicyStage.PreDnat] : [];
                return before.Select(stage => evaluator.EvaluateHost("h1", direction, stage, packet))
                    .Append(evaluator.EvaluateHost("h1", direction, PolicyStage.Forward, packet))
                    .First(verdict => verdict.Stage == PolicyStage.Forward || verdict.Reason == VerdictReason.PolicyRule).Allowed;
            }

            return packet =>
                node[packet.Family].Forward(new SimulatedPacket(packet) { In = "eth0", Out = "eth1" }) == Allowed(PolicyDirection.Ingress, packet)
                && node[packet.Family].Forward(new SimulatedPacket(packet) { In = "eth1", Out = "eth0" }) == Allowed(PolicyDirection.Egress, packet);
        });

    [Test]
    public void Nothing_jumps_to_a_chain_that_is_not_there() =>
        Holds(RandomPolicy.Hosts, snapshot =>
        {
            var node = new SimulatedNode(snapshot);
            return packet => !node[packet.Family].DanglingJumps().Any();
        });

    [Test]
    public void What_policy_allows_is_accepted_after_the_rules_of_others() =>
        Holds(RandomPolicy.Workloads, snapshot =>
        {
            var node = new SimulatedNode(snapshot);
            return packet =>
            {
                var simulated = Between(node, packet);
                var passes = node[packet.Family].Forward(simulated with { });
                return simulated is { In: "eth0", Out: "eth0" }
                    || node[packet.Family].IsAccepted(simulated, IptablesTable.Filter, "FORWARD") == passes;
            };
        });

    private static bool Passes(SimulatedNode node, Packet packet)
    {
        var (kernel, simulated) = (node[packet.Family], Between(node, packet));
        return Own.Contains(packet.Source) ? kernel.Output(simulated with { In = "" })
            : Own.Contains(packet.Destination) ? kernel.Input(simulated with { Out = "" })
            : kernel.Forward(simulated);
    }

    // Another node asks for the end that is not here.
    private static bool Expected(SimulatedNode node, Packet packet, FlowVerdict verdict) =>
        (!node.IsHere(packet.Source) || verdict.Egress!.Allowed)
        && (!(node.IsHere(packet.Destination) || (node.IsHere(packet.Source) && Own.Contains(packet.Destination))) || verdict.Ingress!.Allowed);

    private static SimulatedPacket Between(SimulatedNode node, Packet packet) =>
        new(packet) { In = node.InterfaceOf(packet.Source), Out = node.InterfaceOf(packet.Destination) };

    private static IpAddress Outsider(Packet packet) => IpAddress.Parse(packet.Family == IpFamily.IPv4 ? "192.0.2.7" : "2001:db8::7");

    private static void Holds(Gen<PolicySnapshot> snapshots, Func<PolicySnapshot, Func<Packet, bool>> property) =>
        Prop.ForAll(snapshots.ToArbitrary(), RandomPolicy.Packet.ListOf(30).ToArbitrary(), (snapshot, packets) => packets.All(property(snapshot)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(150));
}
