using System.Text.Json;
using Calico.Model.Kubernetes;
using Calico.Model.Policy;
using Calico.Policy.Kubernetes;
using Calico.Policy.Validation;

namespace Calico.Tests.Unit.Policy.Kubernetes;

internal sealed class ClusterPolicyConverterTests
{
    private const string Any = "projectcalico.org/orchestrator == 'k8s'";
    private const string AllPods = """{"namespaces":{}}""";

    [TestCase("Admin", "kcnp.kube-admin.base")]
    [TestCase("Baseline", "kcnp.kube-baseline.base")]
    public void It_becomes_a_global_policy_of_its_tier_at_its_priority(string tier, string name)
    {
        var policy = Convert($$$$$$"""{"tier":"{{{{{{tier}}}}}}","priority":7,"subject":{"namespaces":{"matchLabels":{"team":"x"}}}}""").Policy!;
        Assert.That((policy.Metadata.Name, policy.Spec.Order, policy.Spec.Selector, policy.Spec.NamespaceSelector), Is.EqualTo((name, 7.0, Any, "team == 'x'")));
        Assert.That(policy.Spec.Types, Is.Null);
    }

    [Test]
    public void Rules_keep_their_action_and_their_name()
    {
        var rules = Convert("""
            {"tier":"Admin","subject":{"pods":{"namespaceSelector":{},"podSelector":{"matchLabels":{"a":"1"}}}},"ingress":[
              {"name":"first","action":"Accept","from":[{"namespaces":{}}]},{"action":"Deny","from":[{"namespaces":{}}]},{"action":"Pass","from":[{"namespaces":{}}]}]}
            """).Policy!.Spec;
        Assert.That(rules.Ingress!.Select(rule => rule.Action), Is.EqualTo(new[] { "Allow", "Deny", "Pass" }));
        Assert.That(rules.Ingress![0].Metadata!.Annotations![ClusterPolicyConverter.RuleNameAnnotation], Is.EqualTo("first"));
        Assert.That(rules.Types, Is.EqualTo(new[] { "Ingress" }));
        Assert.That(rules.Selector, Is.EqualTo(Any + " && a == '1'"));
    }

    [Test]
    public void Networks_of_both_families_become_rules_of_one_each()
    {
        var rules = Convert($$$$$$"""{"tier":"Admin","subject":{{{{{{AllPods}}}}}},"egress":[{"action":"Deny","to":[{"networks":["10.0.0.0/8","fd00::/8","192.0.2.0/24"]}]}]}""").Policy!.Spec.Egress!;
        Assert.That(rules.Select(rule => string.Join(' ', rule.Destination!.Nets!)), Is.EqualTo(new[] { "10.0.0.0/8 192.0.2.0/24", "fd00::/8" }));
    }

    [Test]
    public void A_named_port_is_one_of_any_protocol()
    {
        var rules = Convert($$$$$$"""{"tier":"Admin","subject":{{{{{{AllPods}}}}}},"ingress":[{"action":"Accept","from":[{"namespaces":{}}],"protocols":[{"destinationNamedPort":"web"}]}]}""").Policy!.Spec.Ingress!;
        Assert.That(rules.Select(rule => $"{rule.Protocol} {rule.Destination!.Ports!.Single()}"), Is.EqualTo(new[] { "SCTP web", "TCP web", "UDP web" }));
    }

    [TestCase("""{"nodes":{}}""", "", TestName = "Nodes_cannot_be_selected")]
    [TestCase("""{"domainNames":["example.com"]}""", "", TestName = "Domain_names_cannot_be_selected")]
    [TestCase("""{"planets":{}}""", "", TestName = "A_peer_of_an_unknown_form")]
    [TestCase("""{"networks":["10.0.0.0/40"]}""", "", TestName = "A_net_that_is_none")]
    [TestCase("""{"namespaces":{}}""", """{"icmp":{}}""", TestName = "A_protocol_of_an_unknown_form")]
    [TestCase("""{"namespaces":{}}""", """{"tcp":{"destinationPort":{"range":{"start":9,"end":1}}}}""", TestName = "A_range_that_descends")]
    [TestCase("""{"namespaces":{}}""", """{"tcp":{"destinationPort":{"name":"web"}}}""", TestName = "A_port_of_an_unknown_form")]
    public void What_cannot_be_converted_denies_all_unless_it_accepts(string peer, string protocol)
    {
        foreach (var (action, expected) in new[] { ("Accept", ""), ("Deny", "Deny"), ("Pass", "Deny"), ("Judge", "Deny") })
        {
            var converted = Convert($$$$$$"""
                {"tier":"Admin","subject":{{{{{{AllPods}}}}}},"egress":[{"name":"bad","action":"{{{{{{action}}}}}}","to":[{"namespaces":{}},{{{{{{peer}}}}}}],"protocols":[{{{{{{protocol}}}}}}]},{"action":"Pass","to":[{"namespaces":{}}]}]}
                """);
            var actions = converted.Policy!.Spec.Egress!.Select(rule => rule.Action).ToList();
            Assert.That(actions, Is.EqualTo(expected.Length > 0 ? [expected, "Pass"] : new[] { "Pass" }), action);
            Assert.That(converted.Errors.Select(error => error.Field), Has.All.StartsWith("spec.egress[0]"));
            if (expected.Length > 0)
            {
                var denial = converted.Policy.Spec.Egress![0];
                Assert.That((denial.Protocol, denial.Destination), Is.EqualTo(((PolicyProtocol?)null, new EntityRule())));
            }
        }
    }

    [Test]
    public void A_direction_whose_only_rule_accepts_and_cannot_be_converted_stays_undecided()
    {
        var converted = Convert($$$$$$"""{"tier":"Admin","subject":{{{{{{AllPods}}}}}},"egress":[{"action":"Accept","to":[{"nodes":{}}]}]}""");
        Assert.That(converted.Policy!.Spec.Egress, Is.Null);
        Assert.That(converted.Errors, Is.Not.Empty);
    }

    [TestCase("""{"tier":"Middle","subject":{"namespaces":{}}}""", "spec.tier")]
    [TestCase("""{"tier":"Admin","subject":{"nodes":{}}}""", "spec.subject")]
    [TestCase("""{"tier":"Admin","subject":{"namespaces":{},"pods":{}}}""", "spec.subject")]
    public void A_policy_that_does_not_tell_its_place_or_its_pods_is_not_made(string spec, string field)
    {
        var converted = ClusterPolicyConverter.Convert(Read(spec));
        Assert.That(converted.Policy, Is.Null);
        Assert.That(converted.Errors.Select(error => error.Field), Has.Some.EqualTo(field));
        Assert.That(converted.Errors.Select(error => error.Problem), Has.Some.Contains("NOT ENFORCED"));
    }

    private static Converted<GlobalNetworkPolicySpec> Convert(string spec)
    {
        var converted = ClusterPolicyConverter.Convert(Read(spec));
        Assert.That(PolicyValidator.Validate(converted.Policy!), Is.Empty, "what is stored can be enforced");
        return converted;
    }

    private static ClusterNetworkPolicy Read(string spec) =>
        JsonSerializer.Deserialize($$$$$$"""{"metadata":{"name":"base"},"spec":{{{{{{spec}}}}}}}""", KubernetesJson.Default.ClusterNetworkPolicy)!;
}
