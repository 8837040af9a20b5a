using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Calico.Model.Json;
using Calico.Model.Kubernetes;
using Calico.Model.Policy;
using Calico.Policy.Kubernetes;
using Calico.Policy.Validation;

namespace Calico.Tests.Unit.Policy.Kubernetes;

/// <summary>What is stored for a NetworkPolicy, field by field as upstream stores it (features.md C9).</summary>
internal sealed class KubernetesPolicyConverterTests
{
    private const string Any = "projectcalico.org/orchestrator == 'k8s'";

    [Test]
    public void The_object_becomes_a_policy_of_the_tier_default_with_a_name_and_uid_of_its_own() => Assert.That(
        Json("""{"metadata":{"name":"web","namespace":"shop","uid":"30316465-6365-4463-ad63-3564622d3638","creationTimestamp":"2026-01-02T03:04:05Z"},"spec":{}}"""),
        Is.EqualTo(Normal("""
            {"kind":"NetworkPolicy","apiVersion":"projectcalico.org/v3",
             "metadata":{"name":"knp.default.web","namespace":"shop","uid":"0c8c26a6-c6a6-44c6-adc6-ac2646b46c1c","creationTimestamp":"2026-01-02T03:04:05Z"},
             "spec":{"tier":"default","order":1000,"selector":"projectcalico.org/orchestrator == 'k8s'","types":["Ingress"]}}
            """)));

    [TestCase("{}", Any)]
    [TestCase("""{"matchLabels":{"b":"2","a":"1"}}""", Any + " && a == '1' && b == '2'")]
    [TestCase("""{"matchExpressions":[{"key":"k","operator":"In","values":["x","y"]}]}""", Any + " && k in { 'x', 'y' }")]
    [TestCase("""{"matchExpressions":[{"key":"k","operator":"NotIn","values":["x"]}]}""", Any + " && k not in { 'x' }")]
    [TestCase("""{"matchExpressions":[{"key":"k","operator":"Exists"},{"key":"example.com/l","operator":"DoesNotExist"}]}""", Any + " && has(k) && ! has(example.com/l)")]
    public void Pods_are_selected_among_those_of_Kubernetes(string selector, string expected) =>
        Assert.That(Convert($$$$$$"""{"podSelector":{{{{{{selector}}}}}}}""").Policy!.Spec.Selector, Is.EqualTo(expected));

    [TestCase("""{"podSelector":{"matchLabels":{"a":"1"}}}""", Any + " && a == '1'", null)]
    [TestCase("""{"namespaceSelector":{}}""", Any, "all()")]
    [TestCase("""{"namespaceSelector":{"matchLabels":{"team":"x"}}}""", Any, "team == 'x'")]
    [TestCase("""{"namespaceSelector":{"matchLabels":{"team":"x"}},"podSelector":{"matchLabels":{"a":"1"}}}""", Any + " && a == '1'", "team == 'x'")]
    public void Peers_are_selected_in_the_own_namespace_or_in_those_named(string peer, string selector, string? namespaces)
    {
        var source = Convert($$$$$$"""{"ingress":[{"from":[{{{{{{peer}}}}}}]}]}""").Policy!.Spec.Ingress!.Single().Source!;
        Assert.That((source.Selector, source.NamespaceSelector), Is.EqualTo((selector, namespaces)));
    }

    [Test]
    public void A_block_becomes_nets_with_its_host_bits_cleared()
    {
        var egress = Convert("""{"egress":[{"to":[{"ipBlock":{"cidr":"10.1.2.3/16","except":["10.1.9.9/24"]}}]}]}""").Policy!.Spec.Egress!.Single();
        Assert.That(egress.Destination!.Nets, Is.EqualTo(new[] { "10.1.0.0/16" }));
        Assert.That(egress.Destination.NotNets, Is.EqualTo(new[] { "10.1.9.0/24" }));
        Assert.That(egress.Destination.Selector, Is.Null);
    }

    [TestCase("""[]""", null, "")]
    [TestCase("""[{"port":80}]""", "TCP", "80")]
    [TestCase("""[{"protocol":"UDP"}]""", "UDP", "")]
    [TestCase("""[{"port":80},{"protocol":"TCP"}]""", "TCP", "", Description = "every port swallows the others")]
    [TestCase("""[{"port":82},{"port":80},{"port":81},{"port":9090},{"port":"web"}]""", "TCP", "web 80:82 9090")]
    [TestCase("""[{"port":80,"endPort":90},{"port":85,"endPort":100}]""", "TCP", "80:100")]
    [TestCase("""[{"port":80},{"port":80}]""", "TCP", "80")]
    [TestCase("""[{"port":80},{"port":"web"}]""", "TCP", "80 web", Description = "one number: as it was written")]
    [TestCase("""[{"port":"80"}]""", "TCP", "80")]
    public void Ports_of_a_protocol_are_merged(string ports, string? protocol, string expected)
    {
        var rule = Convert($$$$$$"""{"ingress":[{"ports":{{{{{{ports}}}}}}}]}""").Policy!.Spec.Ingress!.Single();
        Assert.That(rule.Protocol?.Text, Is.EqualTo(protocol));
        Assert.That(string.Join(' ', rule.Destination!.Ports ?? []), Is.EqualTo(expected));
    }

    [Test]
    public void There_is_a_rule_for_each_protocol_in_order_and_each_peer() => Assert.That(
        Convert("""{"ingress":[{"from":[{"podSelector":{"matchLabels":{"a":"1"}}},{"ipBlock":{"cidr":"10.0.0.0/8"}}],"ports":[{"protocol":"UDP","port":53},{"port":80}]}]}""")
            .Policy!.Spec.Ingress!.Select(rule => $"{rule.Protocol} {rule.Source!.Nets?[0] ?? rule.Source.Selector}"),
        Is.EqualTo(new[] { $"TCP {Any} && a == '1'", "TCP 10.0.0.0/8", $"UDP {Any} && a == '1'", "UDP 10.0.0.0/8" }));

    [Test]
    public void More_ports_than_a_rule_takes_go_into_several()
    {
        var ports = string.Join(',', Enumerable.Range(0, 120).Select(i => $$$$$$"""{"port":{{{{{{1000 + (2 * i)}}}}}}}"""));
        var converted = Convert($$$$$$"""{"ingress":[{"ports":[{{{{{{ports}}}}}}]}]}""");
        Assert.That(converted.Errors, Is.Empty);
        Assert.That(converted.Policy!.Spec.Ingress!.Select(rule => rule.Destination!.Ports!.Count), Is.EqualTo(new[] { 50, 50, 20 }));
    }

    [TestCase("""{}""", "Ingress", 0, 0)]
    [TestCase("""{"ingress":[]}""", "Ingress", 0, 0)]
    [TestCase("""{"ingress":[{}]}""", "Ingress", 1, 0)]
    [TestCase("""{"egress":[{}]}""", "Ingress,Egress", 0, 1)]
    [TestCase("""{"policyTypes":["Egress"]}""", "Egress", 0, 0)]
    [TestCase("""{"policyTypes":["Egress","Ingress"]}""", "Ingress,Egress", 0, 0)]
    [TestCase("""{"policyTypes":["Ingress"],"egress":[{}]}""", "Ingress", 0, 1)]
    [TestCase("""{"policyTypes":null,"ingress":null,"egress":null}""", "Ingress", 0, 0)]
    public void Types_are_copied_and_have_the_defaults_of_Kubernetes(string spec, string types, int ingress, int egress)
    {
        var policy = Convert(spec).Policy!.Spec;
        Assert.That(string.Join(',', policy.Types!), Is.EqualTo(types));
        Assert.That((policy.Ingress?.Count ?? 0, policy.Egress?.Count ?? 0), Is.EqualTo((ingress, egress)));
    }

    [TestCase("""{"ipBlock":{"cidr":"10.0.0.0/33"}}""", "spec.ingress[1].from[0].ipBlock.cidr", TestName = "A_net_that_is_none_closes_its_rule")]
    [TestCase("""{"ipBlock":{"cidr":"10.0.0.0/8","except":["fd00::/64"]}}""", "spec.ingress[1]", TestName = "An_exception_of_the_other_family_closes_its_rule")]
    [TestCase("""{"ipBlock":{"cidr":"10.0.0.0/8"},"podSelector":{}}""", "spec.ingress[1].from[0]", TestName = "A_block_beside_a_selector_closes_its_rule")]
    [TestCase("""{"serviceSelector":{}}""", "spec.ingress[1].from[0]", TestName = "A_peer_of_an_unknown_form_closes_its_rule")]
    [TestCase("""{"podSelector":{"matchExpressions":[{"key":"a","operator":"Gt","values":["1"]}]}}""", "spec.ingress[1].from[0].podSelector", TestName = "An_unknown_operator_closes_its_rule")]
    [TestCase("""{"podSelector":{"matchLabels":{"a":"it's"}}}""", "spec.ingress[1].from[0].podSelector", TestName = "A_quote_in_a_value_closes_its_rule")]
    public void A_peer_that_cannot_be_converted_closes_its_rule_and_no_other(string peer, string field)
    {
        var converted = Convert($$$$$$"""{"ingress":[{"ports":[{"port":1}]},{"from":[{{{{{{peer}}}}}},{"podSelector":{}}]},{"ports":[{"port":2}]}]}""");
        Assert.That(converted.Policy!.Spec.Ingress!.Select(rule => rule.Destination!.Ports!.Single().First), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(converted.Errors.Select(error => error.Field), Has.Some.StartsWith(field));
        Assert.That(converted.Errors[0].Object, Is.EqualTo("NetworkPolicy shop/web"));
    }

    [TestCase("""{"port":0}""")]
    [TestCase("""{"port":65536}""")]
    [TestCase("""{"port":90,"endPort":80}""")]
    [TestCase("""{"endPort":80}""")]
    [TestCase("""{"port":"web","endPort":80}""")]
    [TestCase("""{"port":80,"protocol":"ICMP"}""")]
    [TestCase("""{"protocol":"tcp"}""")]
    [TestCase("""{"port":"no name!"}""")]
    public void A_port_that_cannot_be_converted_closes_its_rule(string port)
    {
        var converted = Convert($$$$$$"""{"egress":[{"ports":[{{{{{{port}}}}}}]}],"policyTypes":["Egress"]}""");
        Assert.That(converted.Policy!.Spec.Egress, Is.Null);
        Assert.That(converted.Policy.Spec.Types, Is.EqualTo(new[] { "Egress" }), "the direction stays closed");
        Assert.That(converted.Errors, Is.Not.Empty);
    }

    [Test]
    public void A_policy_whose_pods_cannot_be_told_closes_its_namespace()
    {
        var values = string.Join(',', Enumerable.Range(0, 300).Select(i => $"\"value{i}\""));
        var converted = Convert($$$$$$"""{"podSelector":{"matchExpressions":[{"key":"a","operator":"In","values":[{{{{{{values}}}}}}]}]},"ingress":[{}]}""");
        Assert.That((converted.Policy!.Spec.Selector, converted.Policy.Spec.Ingress), Is.EqualTo((Any, (IReadOnlyList<PolicyRule>?)null)));
        Assert.That(converted.Errors.Single().Field, Is.EqualTo("spec.podSelector"));
    }

    [Test]
    public void A_type_that_is_none_closes_both_directions()
    {
        var converted = Convert("""{"policyTypes":["Sideways"]}""");
        Assert.That(converted.Policy!.Spec.Types, Is.EqualTo(new[] { "Ingress", "Egress" }));
        Assert.That(converted.Errors, Has.Length.EqualTo(1));
    }

    [Test]
    public void More_rules_than_a_policy_takes_close_the_direction()
    {
        var peers = string.Join(',', Enumerable.Range(0, 1025).Select(i => $$$$$$"""{"podSelector":{"matchLabels":{"a":"{{{{{{i}}}}}}"}}}"""));
        var converted = Convert($$$$$$"""{"ingress":[{"from":[{{{{{{peers}}}}}}]}]}""");
        Assert.That(converted.Policy!.Spec.Ingress, Is.Null);
        Assert.That(converted.Errors.Single().Problem, Does.Contain("1025").And.Contain("1024"));
    }

    [Test]
    public void The_policy_that_upstream_stored_is_what_we_make_of_the_same_object()
    {
        var converted = Json("""
            {"metadata":{"name":"allow-web","namespace":"shop"},
             "spec":{"podSelector":{"matchLabels":{"app":"web"}},"ingress":[{"from":[{"podSelector":{"matchLabels":{"role":"front"}}}],"ports":[{"port":8080}]}],"policyTypes":["Ingress"]}}
            """);
        var upstream = Fakes.UpstreamDatastore.Read()["/calico/resources/v3/projectcalico.org/networkpolicies/shop/knp.default.allow-web"];
        var expected = JsonNode.Parse(upstream)!.AsObject();
        expected["metadata"]!.AsObject().Remove("uid");
        expected["metadata"]!.AsObject().Remove("creationTimestamp");
        expected["spec"]!["tier"] = "default"; // upstream adds it since it has tiers
        Assert.That(JsonNode.DeepEquals(JsonNode.Parse(converted), expected), converted);
    }

    [TestCase("30316465-6365-4463-ad63-3564622d3638", "0c8c26a6-c6a6-44c6-adc6-ac2646b46c1c")]
    [TestCase("00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000080")]
    [TestCase("static-pod", null)]
    public void Uids_are_derived_byte_by_byte_but_for_version_and_variant(string uid, string? expected)
    {
        Assert.That(DerivedUid.Of(uid), Is.EqualTo(expected));
        Assert.That(expected is null ? uid : DerivedUid.Of(expected), Is.EqualTo(uid), "its own inverse");
    }

    private static Converted<NetworkPolicySpec> Convert(string spec)
    {
        var converted = KubernetesPolicyConverter.Convert(Read($$$$$$"""{"metadata":{"name":"web","namespace":"shop"},"spec":{{{{{{spec}}}}}}}"""));
        Assert.That(PolicyValidator.Validate(converted.Policy!), Is.Empty, "what is stored can be enforced");
        return converted;
    }

    private static KubernetesNetworkPolicy Read(string json) => JsonSerializer.Deserialize(json, KubernetesJson.Default.KubernetesNetworkPolicy)!;

    private static string Json(string policy) => Encoding.UTF8.GetString(ModelJson.Write(KubernetesPolicyConverter.Convert(Read(policy)).Policy!));

    private static string Normal(string json) => JsonNode.Parse(json)!.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
