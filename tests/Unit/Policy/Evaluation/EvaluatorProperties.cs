using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Evaluation;
using FsCheck;
using FsCheck.Fluent;
using static Calico.Tests.Unit.Policy.Objects;

namespace Calico.Tests.Unit.Policy.Evaluation;

/// <summary>What must hold for any set of policies and any packet.</summary>
internal sealed class EvaluatorProperties
{
    private static readonly Gen<EntityRule?> Entity = Gen.Elements<EntityRule?>(
        null,
        new() { Selector = "app == 'web'" },
        new() { NotSelector = "app == 'db'" },
        new() { NamespaceSelector = "all()" },
        new() { NamespaceSelector = "team == 'blue'", Selector = "all()" },
        new() { Nets = ["10.0.0.0/31"] },
        new() { NotNets = ["10.0.0.1/32"] },
        new() { Selector = "kind == 'partner'", NamespaceSelector = "global()" });

    private static readonly Gen<PolicyRule> Rule =
        from action in Gen.Elements("Allow", "Deny", "Pass", "Log")
        from source in Entity
        from destination in Entity
        select new PolicyRule { Action = action, Source = source, Destination = destination };

    private static readonly Gen<Resource<NetworkPolicySpec>> AnyPolicy =
        from name in Gen.Choose(0, 99)
        from tier in Gen.Elements("default", "first", "kube-admin", "kube-baseline", "nowhere")
        from space in Gen.Elements("shop", "lab")
        from order in Gen.Elements<double?>(null, 1, 2)
        from selector in Gen.Elements("", "app == 'web'", "app == 'db'", "has(missing)")
        from kind in Gen.Elements("NetworkPolicy", "NetworkPolicy", "StagedNetworkPolicy")
        from ingress in Rule.ListOf()
        from egress in Rule.ListOf()
        select NetworkPolicy($"{tier}.p{name}", new() { Tier = tier, Order = order, Selector = selector, Ingress = [.. ingress], Egress = [.. egress] }, space, kind);

    private static readonly Gen<PolicySnapshot> AnySnapshot =
        from policies in AnyPolicy.ListOf()
        select Shop with
        {
            Policies = [.. policies.DistinctBy(policy => (policy.Kind, policy.Metadata.Namespace, policy.Metadata.Name))],
            Tiers = [Tier("first", 10, "Pass")],
            NetworkSets = [NetworkSet("partners", null, "kind=partner", Outside)],
        };

    private static readonly Gen<Packet> AnyPacket =
        from source in Gen.Elements(Web, Db, Other, Outside, Node1)
        from destination in Gen.Elements(Web, Db, Other, Outside, Node1)
        select TcpTo(destination, 5432, source);

    [Test]
    public void The_order_of_the_lists_never_matters() =>
        Holds((snapshot, packet) =>
        {
            var reversed = snapshot with
            {
                Policies = [.. snapshot.Policies.Reverse()],
                Workloads = [.. snapshot.Workloads.Reverse()],
                Profiles = [.. snapshot.Profiles.Reverse()],
            };
            return Verdict(reversed, packet) == Verdict(snapshot, packet);
        });

    [Test]
    public void A_policy_that_selects_nothing_changes_no_verdict() =>
        Holds((snapshot, packet) =>
        {
            var nobody = NetworkPolicy("first.nobody", new() { Tier = "first", Order = 0, Selector = "has(missing)", Ingress = [Deny()], Egress = [Deny()] });
            return Verdict(snapshot with { Policies = [nobody, .. snapshot.Policies] }, packet) == Verdict(snapshot, packet);
        });

    [Test]
    public void A_tier_that_only_passes_is_as_no_tier() =>
        Holds((snapshot, packet) =>
        {
            var passing = Global("before.pass", new() { Tier = "before", Ingress = [Pass()], Egress = [Pass()] });
            var extended = snapshot with { GlobalPolicies = [passing], Tiers = [Tier("before", 1), .. snapshot.Tiers] };
            return Verdict(extended, packet) == Verdict(snapshot, packet);
        });

    [Test]
    public void A_staged_policy_changes_no_verdict() =>
        Holds((snapshot, packet) =>
            Verdict(snapshot with { Policies = [.. snapshot.Policies.Where(policy => policy.Kind == "NetworkPolicy")] }, packet) == Verdict(snapshot, packet));

    [Test]
    public void One_allow_before_everything_leaves_no_denial_but_the_hosts() =>
        Holds((snapshot, packet) =>
        {
            var first = Global("before.allow", new() { Tier = "before", Ingress = [Allow()], Egress = [Allow()] });
            var verdict = new PolicyEvaluator(snapshot with { GlobalPolicies = [first], Tiers = [Tier("before", 1)] }).Evaluate(packet);
            return verdict.Allowed || verdict.Ingress!.Reason == VerdictReason.WorkloadToItsHost;
        });

    private static string Verdict(PolicySnapshot snapshot, Packet packet) => new PolicyEvaluator(snapshot).Evaluate(packet).ToString();

    private static void Holds(Func<PolicySnapshot, Packet, bool> property) =>
        Prop.ForAll(AnySnapshot.ToArbitrary(), AnyPacket.ToArbitrary(), property).QuickCheckThrowOnFailure();
}
