using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Validation;
using static Calico.Tests.Unit.Policy.Objects;

namespace Calico.Tests.Unit.Policy.Validation;

internal sealed class PolicyValidatorTests
{
    private static readonly PolicyProtocol OverTcp = PolicyProtocol.Named("TCP");

    [Test]
    public void Says_all_that_is_wrong_at_once_with_object_and_field()
    {
        var policy = NetworkPolicy("web", new()
        {
            Selector = "app ==",
            Types = ["Ingress", "Out"],
            Ingress = [Allow(), Allow(new() { Nets = ["10.0.0.0/8", "10.0.0.300/8"] }) with { Action = "allow" }],
        });
        Assert.That(PolicyValidator.Validate(policy).Select(error => error.ToString()), Is.EqualTo(new[]
        {
            "NetworkPolicy shop/web: spec.selector: selector \"app ==\": at character 7, expected a string in ' or \"",
            "NetworkPolicy shop/web: spec.types[1]: 'Out' is none of Ingress, Egress",
            "NetworkPolicy shop/web: spec.ingress[1].action: 'allow' is none of Allow, Deny, Log, Pass",
            "NetworkPolicy shop/web: spec.ingress[1].source.nets[1]: '10.0.0.300/8' is not a CIDR such as 10.0.0.0/16 or fd00::/64",
        }));
    }

    private static IEnumerable<TestCaseData> WrongRules()
    {
        yield return Wrong("action", new PolicyRule());
        yield return Wrong("ipVersion", Allow() with { IPVersion = 5 });
        yield return Wrong("protocol", Allow() with { Protocol = PolicyProtocol.Named("tcp") });
        yield return Wrong("notProtocol", Allow() with { NotProtocol = PolicyProtocol.Numbered(256) });
        yield return Wrong("protocol", Allow() with { Protocol = PolicyProtocol.Named("ICMP"), IPVersion = 6 });
        yield return Wrong("icmp", Allow() with { Protocol = OverTcp, Icmp = new() { Type = 8 } });
        yield return Wrong("notICMP", Allow() with { NotIcmp = new() { Type = 8 } });
        yield return Wrong("icmp.type", Allow() with { Protocol = PolicyProtocol.Named("ICMP"), Icmp = new() { Type = 255 } });
        yield return Wrong("icmp.code", Allow() with { Protocol = PolicyProtocol.Named("ICMP"), Icmp = new() { Type = 3, Code = 256 } });
        yield return Wrong("icmp.type", Allow() with { Protocol = PolicyProtocol.Named("ICMP"), Icmp = new() { Code = 1 } });
        yield return Wrong("destination.ports", Allow(to: new() { Ports = [PolicyPort.Single(80)] }));
        yield return Wrong("source.notPorts", Allow(new() { NotPorts = [PolicyPort.Single(80)] }) with { Protocol = PolicyProtocol.Named("UDPLite") });
        yield return Wrong("destination.ports[0]", Allow(to: new() { Ports = [PolicyPort.Single(0)] }) with { Protocol = OverTcp });
        yield return Wrong("destination.ports[0]", Allow(to: new() { Ports = [PolicyPort.Range(90, 80)] }) with { Protocol = OverTcp });
        yield return Wrong("destination.ports[0]", Allow(to: new() { Ports = [PolicyPort.Range(80, 65_536)] }) with { Protocol = OverTcp });
        yield return Wrong("destination.ports[0]", Allow(to: new() { Ports = [PolicyPort.Named("a:b")] }) with { Protocol = OverTcp });
        yield return Wrong("destination.ports", Allow(to: new() { Ports = [.. Enumerable.Repeat(PolicyPort.Single(80), 51)] }) with { Protocol = OverTcp });
        yield return Wrong("source.nets", Allow(new() { Nets = [.. Enumerable.Repeat("10.0.0.0/8", 257)] }));
        yield return Wrong("source.nets[0]", Allow(new() { Nets = ["10.0.0.0/8"] }) with { IPVersion = 6 });
        yield return Wrong("destination.notNets[0]", Allow(new() { Nets = ["10.0.0.0/8"] }, new() { NotNets = ["fd00::/8"] }));
        yield return Wrong("source.nets[0]", Allow(new() { Nets = [null!] }));
        yield return Wrong("source.selector", Allow(new() { Selector = $"a == '{new string('x', 1024)}'" }));
        yield return Wrong("source.selector", Allow(new() { Selector = "has(a) || global()" }));
        yield return Wrong("source.namespaceSelector", Allow(new() { NamespaceSelector = "global() || has(a)" }));
        yield return Wrong("source.serviceAccounts.names[0]", Allow(new() { ServiceAccounts = new() { Names = ["a'b"] } }));
        yield return Wrong("source.serviceAccounts.selector", Allow(new() { ServiceAccounts = new() { Selector = "a" } }));
        yield return Wrong("destination.services", Allow(to: new() { Services = new() { Name = "a" } }));
        yield return Wrong("source.services.name", Allow(new() { Services = new() }));
        yield return Wrong("source.services", Allow(new() { Services = new() { Name = "a" }, Nets = ["10.0.0.0/8"] }));
        yield return Wrong("http", Deny() with { Http = default(System.Text.Json.JsonElement) });
        yield return Wrong("http", Allow() with { Http = default(System.Text.Json.JsonElement), Protocol = PolicyProtocol.Named("UDP") });

        static TestCaseData Wrong(string field, PolicyRule rule) => new(field, rule);
    }

    [TestCaseSource(nameof(WrongRules))]
    public void Names_the_field_of_a_wrong_rule(string field, PolicyRule rule) =>
        Assert.That(PolicyValidator.Validate(NetworkPolicy("a", new() { Ingress = [rule] })).Select(error => error.Field), Is.EqualTo(new[] { $"spec.ingress[0].{field}" }));

    [Test]
    public void A_null_among_the_rules_is_named() =>
        Assert.That(PolicyValidator.Validate(NetworkPolicy("a", new() { Egress = [null!] })).Single().Field, Is.EqualTo("spec.egress[0]"));

    [Test]
    public void A_direction_holds_1024_rules()
    {
        Assert.That(PolicyValidator.Validate(NetworkPolicy("a", new() { Ingress = [.. Enumerable.Repeat(Allow(), 1024)] })), Is.Empty);
        Assert.That(PolicyValidator.Validate(NetworkPolicy("a", new() { Ingress = [.. Enumerable.Repeat(Allow(), 1025)] })).Single().Field, Is.EqualTo("spec.ingress"));
    }

    [TestCase("web", "default", true)]
    [TestCase("default.web", "default", true)]
    [TestCase("knp.default.web.v2", "default", true)]
    [TestCase("security.web", "security", true)]
    [TestCase("web", "security", true)]
    [TestCase("kcnp.kube-admin.web", "kube-admin", true)]
    [TestCase("security.web", "default", false)]
    [TestCase("default.web", "security", false)]
    [TestCase("default.web.v2", "default", false)]
    [TestCase("knp.default.web", "security", false)]
    [TestCase("Web", "default", false)]
    public void The_name_of_a_policy_agrees_with_its_tier(string name, string tier, bool valid) =>
        Assert.That(PolicyValidator.Validate(NetworkPolicy(name, new() { Tier = tier })).IsEmpty, Is.EqualTo(valid));

    [TestCase(true, true, true, null, "spec.preDNAT")]
    [TestCase(true, false, false, null, "spec.applyOnForward")]
    [TestCase(false, true, false, null, "spec.applyOnForward")]
    [TestCase(false, true, true, "Egress", "spec.types")]
    [TestCase(false, true, true, "Ingress", null)]
    [TestCase(true, false, true, "Egress", null)]
    public void Host_options_agree(bool doNotTrack, bool preDnat, bool applyOnForward, string? type, string? field)
    {
        var spec = new GlobalNetworkPolicySpec { DoNotTrack = doNotTrack, PreDnat = preDnat, ApplyOnForward = applyOnForward, Types = type is null ? null : [type] };
        Assert.That(PolicyValidator.Validate(Global("a", spec)).Select(error => error.Field).SingleOrDefault(), Is.EqualTo(field));
    }

    [Test]
    public void Pre_dnat_has_no_egress_and_a_global_policy_says_the_namespace_of_a_service()
    {
        var preDnat = new GlobalNetworkPolicySpec { PreDnat = true, ApplyOnForward = true, Egress = [Allow()] };
        Assert.That(PolicyValidator.Validate(Global("a", preDnat)).Single().Field, Is.EqualTo("spec.egress"));
        var service = new GlobalNetworkPolicySpec { Egress = [Allow(to: new() { Services = new() { Name = "a" } })] };
        Assert.That(PolicyValidator.Validate(Global("a", service)).Single().Field, Is.EqualTo("spec.egress[0].destination.services.namespace"));
    }

    [TestCase("NetworkPolicy", "Set", false, false)]
    [TestCase("StagedNetworkPolicy", "Set", true, true)]
    [TestCase("StagedNetworkPolicy", "Remove", true, false)]
    [TestCase("StagedNetworkPolicy", "Delete", true, false)]
    [TestCase("StagedNetworkPolicy", "Delete", false, true)]
    public void A_staged_action_belongs_to_staged_policies_and_delete_to_empty_ones(string kind, string action, bool hasRule, bool valid) =>
        Assert.That(PolicyValidator.Validate(NetworkPolicy("a", new() { StagedAction = action, Ingress = hasRule ? [Allow()] : null }, kind: kind)).IsEmpty, Is.EqualTo(valid));

    [Test]
    public void A_type_stands_once_and_labels_have_their_form()
    {
        Assert.That(PolicyValidator.Validate(NetworkPolicy("a", new() { Types = ["Egress", "Egress"] })).Single().Field, Is.EqualTo("spec.types[1]"));
        var labelled = NetworkPolicy("a", new());
        labelled = labelled with { Metadata = labelled.Metadata with { Labels = new() { ["a b"] = "x", ["example.com/c"] = "-" } } };
        Assert.That(PolicyValidator.Validate(labelled).Select(error => error.Field), Is.EqualTo(new[] { "metadata.labels", "metadata.labels[example.com/c]" }));
    }

    [TestCase("security", null, null, null)]
    [TestCase("security", 10, "Pass", null)]
    [TestCase("se.curity", 10, null, "metadata.name")]
    [TestCase("security", 10, "Allow", "spec.defaultAction")]
    [TestCase("default", 10, null, "spec.order")]
    [TestCase("default", 1_000_000, "Deny", null)]
    public void Tiers(string name, double? order, string? action, string? field) =>
        Assert.That(PolicyValidator.Validate(Tier(name, order, action)).Select(error => error.Field).SingleOrDefault(), Is.EqualTo(field));

    [Test]
    public void Profiles()
    {
        Assert.That(PolicyValidator.Validate(AllowingProfile("kns.shop", ("pcns.a", "b"))), Is.Empty);
        Assert.That(PolicyValidator.Validate(Profile("p", """{"action":"No"}""", "3", [("", "x")])).Select(error => error.Field),
            Is.EqualTo(new[] { "spec.ingress[0].action", "spec.egress[0]", "spec.labelsToApply[]" }));
    }

    [Test]
    public void Network_sets()
    {
        Assert.That(PolicyValidator.Validate(NetworkSet("a", "shop", "k=v", "10.0.0.0/8", "fd00::1")), Is.Empty);
        Assert.That(PolicyValidator.Validate(NetworkSet("a", null, "projectcalico.org/namespace=shop", "10.0.0.0/33")).Select(error => error.Field),
            Is.EqualTo(new[] { "metadata.labels[projectcalico.org/namespace]", "spec.nets[0]" }));
    }

    [Test]
    public void Host_endpoints()
    {
        Assert.That(PolicyValidator.Validate(Host("a", "n1", "*", "p")), Is.Empty);
        var wrong = Host("a", "", "eth0/1") with
        {
            Spec = new HostEndpointSpec
            {
                InterfaceName = "eth0/1",
                ExpectedIPs = ["10.0.0.0/8"],
                Profiles = ["P"],
                Ports = [new EndpointPort { Name = "a b", Protocol = "ICMP", Port = 70_000 }],
            },
        };
        Assert.That(PolicyValidator.Validate(wrong).Select(error => error.Field), Is.EqualTo(new[]
        {
            "spec.node", "spec.interfaceName", "spec.expectedIPs[0]", "spec.profiles[0]", "spec.ports[0].name", "spec.ports[0].protocol", "spec.ports[0].port",
        }));
        Assert.That(PolicyValidator.Validate(Host("a", "n1", "")).Single().Field, Is.EqualTo("spec.interfaceName"));
    }
}
