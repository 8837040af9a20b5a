using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Policy.Compiled;
using static Calico.Tests.Unit.Policy.Objects;

namespace Calico.Tests.Unit.Policy.Compiled;

internal sealed class CompilerTests
{
    [TestCase(null, false, false, true, false)]
    [TestCase(null, true, false, true, false)]
    [TestCase(null, false, true, false, true)]
    [TestCase(null, true, true, true, true)]
    [TestCase("Egress", true, true, false, true)]
    [TestCase("Ingress,Egress", false, false, true, true)]
    public void The_types_of_a_policy_follow_from_its_rules_unless_stated(string? types, bool hasIngress, bool hasEgress, bool ingress, bool egress) =>
        Assert.That(EffectivePolicyTypes.Of(types?.Split(','), hasIngress, hasEgress), Is.EqualTo(new EffectivePolicyTypes(ingress, egress)));

    [TestCase("shop", "a == 'b'", null, null, "(projectcalico.org/namespace == \"shop\" && a == \"b\")")]
    [TestCase("shop", null, null, null, null)]
    [TestCase("shop", null, null, "a == 'b'", "projectcalico.org/namespace == \"shop\"")]
    [TestCase("shop", "a == 'b'", "c == 'd'", null, "(pcns.c == \"d\" && a == \"b\")")]
    [TestCase("shop", "a == 'b'", "all()", null, "(has(projectcalico.org/namespace) && a == \"b\")")]
    [TestCase("shop", "a == 'b'", "global()", null, "(!has(projectcalico.org/namespace) && a == \"b\")")]
    [TestCase("", "a == 'b'", null, null, "a == \"b\"")]
    [TestCase("", null, "c not in {'d'}", null, "pcns.c not in {\"d\"}")]
    public void The_selector_of_an_entity_is_nested_as_upstream_nests_it(string space, string? selector, string? namespaces, string? not, string? expected)
    {
        var rule = Allow(new() { Selector = selector, NamespaceSelector = namespaces, NotSelector = not });
        var compiled = RuleCompiler.Compile([rule], space).Single();
        Assert.That(compiled.Source.Selector?.ToString(), Is.EqualTo(expected));
    }

    [Test]
    public void Service_accounts_stand_between_namespace_and_selector()
    {
        var accounts = new ServiceAccountMatch { Names = ["b", "a"], Selector = "r == 'x'" };
        var compiled = RuleCompiler.Compile([Allow(new() { Selector = "has(l)", ServiceAccounts = accounts })], "shop").Single();
        Assert.That(compiled.Source.Selector!.ToString(), Is.EqualTo(
            "(projectcalico.org/namespace == \"shop\" && ((pcsa.r == \"x\" && projectcalico.org/serviceaccount in {\"a\", \"b\"}) && has(l)))"));
    }

    [TestCase("app == 'db'", null, null, "app == \"db\"")]
    [TestCase(null, null, null, "all()")]
    [TestCase("app == 'db'", "t == 'r'", "r == 's'", "((app == \"db\" && pcns.t == \"r\") && pcsa.r == \"s\")")]
    [TestCase("all()", "!has(x)", null, "(has(projectcalico.org/namespace) && !has(pcns.x))")]
    [TestCase("!has(x)", "all()", null, "(!has(x) && has(projectcalico.org/namespace))")]
    public void The_selection_of_a_global_policy_is_nested_as_upstream_nests_it(string? selector, string? namespaces, string? accounts, string expected)
    {
        var policy = Global("a", new() { Selector = selector, NamespaceSelector = namespaces, ServiceAccountSelector = accounts });
        Assert.That(PolicyCompiler.Compile(policy).Selector.ToString(), Is.EqualTo(expected));
    }

    [Test]
    public void Compiled_forms_compare_by_content()
    {
        var policy = PolicyCompiler.Compile(Rich());
        var again = PolicyCompiler.Compile(Rich());
        Assert.That(again, Is.EqualTo(policy));
        Assert.That(again with { Order = 5 }, Is.Not.EqualTo(policy));
        Assert.That(again with { IngressRules = [] }, Is.Not.EqualTo(policy));
        var profile = PolicyCompiler.Compile(AllowingProfile("a", ("x", "y")));
        var sameProfile = PolicyCompiler.Compile(AllowingProfile("a", ("x", "y")));
        Assert.That(sameProfile, Is.EqualTo(profile));
        Assert.That(PolicyCompiler.Compile(AllowingProfile("a", ("x", "z"))), Is.Not.EqualTo(profile));
    }

    [TestCase("ICMP", null, 4)]
    [TestCase("ICMPv6", null, 6)]
    [TestCase("TCP", null, null)]
    [TestCase("TCP", "fd00::/8", 6)]
    public void Protocol_and_nets_imply_the_family(string protocol, string? net, int? family)
    {
        var rule = Allow(to: new() { NotNets = net is null ? null : [net] }) with { Protocol = PolicyProtocol.Named(protocol) };
        Assert.That(RuleCompiler.Compile([rule], "").Single().Family, Is.EqualTo((IpFamily?)family));
    }

    private static Calico.Model.Resources.Resource<NetworkPolicySpec> Rich() => NetworkPolicy("a", new()
    {
        Selector = "app == 'db'",
        Ingress =
        [
            Allow(new() { Nets = ["10.0.0.0/8"], NotNets = ["10.1.0.0/16"] }, new() { Ports = [PolicyPort.Range(1, 2)], NotPorts = [PolicyPort.Named("x")] })
                with { Protocol = PolicyProtocol.Named("TCP") },
        ],
    });
}
