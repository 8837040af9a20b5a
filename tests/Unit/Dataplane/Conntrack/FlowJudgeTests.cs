using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane.Conntrack;
using Calico.Linux.Conntrack;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Policy.Compiled;

namespace Calico.Tests.Unit.Dataplane.Conntrack;

internal sealed class FlowJudgeTests
{
    private static readonly IpAddress Pod = IpAddress.Parse("10.0.0.1");
    private static readonly IpAddress Peer = IpAddress.Parse("10.0.0.2");
    private static readonly IpAddress Host = IpAddress.Parse("172.16.0.1");
    private static readonly PolicyId Policy = new("NetworkPolicy", "shop", "p");

    [Test]
    public void Two_ends_without_a_workload_of_this_node_are_never_denied() =>
        Assert.That(Denies(State(ingress: [], egress: []), new Flow(Peer, Host, 6, 40000, 80)), Is.False);

    [Test]
    public void A_workload_without_a_profile_that_allows_is_closed_in_both_directions()
    {
        var state = State(null, null, profile: null);

        Assert.That(Denies(state, new Flow(Pod, Peer, 6, 40000, 80)), Is.True);
        Assert.That(Denies(state, new Flow(Peer, Pod, 6, 40000, 80)), Is.True);
    }

    [Test]
    public void The_host_reaches_its_workload_whatever_policy_says() =>
        Assert.That(Denies(State(ingress: [], egress: []), new Flow(Host, Pod, 6, 40000, 80)), Is.False);

    [TestCase(true, false)]
    [TestCase(false, true)]
    public void From_a_workload_to_its_host_decides_the_option_after_egress(bool workloadsReachTheirHost, bool denied)
    {
        var flow = new Flow(Pod, Host, 17, 40000, 53);

        Assert.That(Denies(State(null, null), flow, workloadsReachTheirHost), Is.EqualTo(denied));
        Assert.That(Denies(State(null, egress: []), flow, workloadsReachTheirHost), Is.True);
    }

    [Test]
    public void A_workload_that_speaks_vxlan_is_denied() => Assert.That(Denies(State(null, null), new Flow(Pod, Peer, 17, 40000, 4789)), Is.True);

    [Test]
    public void A_ping_is_judged_by_type_and_code()
    {
        var state = State(ingress: [new ActiveRule(RuleAction.Allow) { Protocol = 1, Icmp = new IcmpCondition(8, 0) }], egress: null);

        Assert.That(Denies(state, new Flow(Peer, Pod, 1) { IcmpType = 8 }), Is.False);
        Assert.That(Denies(state, new Flow(Peer, Pod, 1) { IcmpType = 13 }), Is.True);
    }

    [Test]
    public void A_pass_leaves_the_tier_and_a_log_goes_on()
    {
        Assert.That(Denies(State([new ActiveRule(RuleAction.Log), new ActiveRule(RuleAction.Pass)], null), new Flow(Peer, Pod, 6, 1, 2)), Is.False);
        Assert.That(Denies(State([new ActiveRule(RuleAction.Log)], null), new Flow(Peer, Pod, 6, 1, 2)), Is.True);
    }

    [Test]
    public void A_translated_connection_is_judged_by_the_address_that_the_filter_saw()
    {
        var service = new ConntrackTuple(Pod, IpAddress.Parse("10.96.0.1"), 6, 40000, 80);
        var masqueraded = new ConntrackTuple(Peer, Host, 6, 8080, 61000);

        Assert.That(Flow.Of(new ConntrackEntry(service, masqueraded, 1)), Is.EqualTo(new Flow(Pod, Peer, 6, 40000, 8080)));
    }

    private static bool Denies(ActiveState state, Flow flow, bool workloadsReachTheirHost = false) =>
        new FlowJudge(state, workloadsReachTheirHost).Denies(flow, new HashSet<IpAddress> { Host });

    /// <summary>One workload; null leaves it without a policy in that direction.</summary>
    private static ActiveState State(ValueArray<ActiveRule>? ingress, ValueArray<ActiveRule>? egress, string? profile = "allow")
    {
        var state = new ActiveState();
        state.Apply(new ActivePolicyUpdate(Policy, ingress ?? [], egress ?? []));
        state.Apply(new ActiveProfileUpdate("allow", [new ActiveRule(RuleAction.Allow)], [new ActiveRule(RuleAction.Allow)]));
        state.Apply(new WorkloadEndpointUpdate(new ResourceId(ResourceKind.WorkloadEndpoint, "shop", "web"), "cali1")
        {
            Networks = [Pod.ToCidr()],
            Profiles = profile is null ? [] : [profile],
            Tiers = [new EndpointTier("default", false, ingress is null ? [] : [Policy], egress is null ? [] : [Policy])],
        });
        return state;
    }
}
