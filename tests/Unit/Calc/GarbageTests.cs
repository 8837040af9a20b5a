using System.Text;
using System.Text.Json.Nodes;
using Calico.Agent.Calc;
using Calico.Agent.Calc.Input;
using Calico.Model;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Compiled;

namespace Calico.Tests.Unit.Calc;

/// <summary>Whatever is stored, nothing throws and all the rest is enforced.</summary>
internal sealed class GarbageTests
{
    private const string Local = "n1";

    private static readonly Dictionary<ResourceKind, string> Samples = new()
    {
        [ResourceKind.WorkloadEndpoint] = """
            {"node":"n1","interfaceName":"cali2","ipNetworks":["10.0.0.2/32"],"mac":"ee:ee:ee:ee:ee:ee","profiles":["kns.shop","x"],
            "ports":[{"name":"http","protocol":"TCP","port":80}],"allowSpoofedSourcePrefixes":["10.1.0.0/16"]}
            """,
        [ResourceKind.HostEndpoint] = """
            {"node":"n1","interfaceName":"eth0","expectedIPs":["172.16.0.1"],"profiles":["x"],"ports":[{"name":"http","protocol":"TCP","port":80}]}
            """,
        [ResourceKind.NetworkPolicy] = Policy,
        [ResourceKind.GlobalNetworkPolicy] = Policy,
        [ResourceKind.NetworkSet] = """{"nets":["10.0.0.0/8"]}""",
        [ResourceKind.GlobalNetworkSet] = """{"nets":["10.0.0.0/8"]}""",
        [ResourceKind.Profile] = """{"ingress":[{"action":"Allow"}],"egress":[{"action":"Allow"}],"labelsToApply":{"a":"b"}}""",
        [ResourceKind.Tier] = """{"order":5,"defaultAction":"Pass"}""",
        [ResourceKind.IpPool] = """{"cidr":"10.0.0.0/16","natOutgoing":true}""",
        [ResourceKind.Node] = """{"bgp":{"ipv4Address":"172.16.0.1/24"}}""",
    };

    private static readonly string[] Replacements = ["null", "5", "-1.5", "1e400", "\"x\"", "\"\"", "true", "[]", "{}", "[null]", "[[]]", """{"a":null}""", "\"\\ud800\""];

    private const string Policy = """
        {"unknown":["a"],"tier":"default","order":1,"selector":"app == 'web'","serviceAccountSelector":"a == 'b'","types":["Ingress","Egress"],
        "ingress":[{"action":"Allow","protocol":"TCP","source":{"selector":"a == 'b'","notSelector":"c == 'd'","namespaceSelector":"all()",
        "serviceAccounts":{"names":["a"],"selector":"a == 'b'"},"nets":["10.0.0.0/8"],"notNets":["10.1.0.0/16"]},
        "destination":{"ports":[80,"1:2","http"],"notPorts":[81]},"metadata":{"annotations":{"a":"b"}},"http":{"methods":["GET"]} },
        {"action":"Deny","protocol":"ICMP","icmp":{"type":8,"code":0},"ipVersion":4}],
        "egress":[{"action":"Allow","destination":{"services":{"name":"a","namespace":"b"} } }]}
        """;

    public static IEnumerable<ResourceKind> Kinds => Samples.Keys;

    [TestCaseSource(nameof(Kinds))]
    public void Any_part_of_any_object_may_be_anything(ResourceKind kind)
    {
        var graph = new CalculationGraph(Local);
        var dataplane = new DataplaneModel();
        var healthy = WithHealthyPolicy(graph);
        dataplane.Apply(graph.Flush());
        var key = kind.Namespaced ? EtcdKeys.Resource(kind, "shop", "o") : EtcdKeys.Resource(kind, "o");
        foreach (var value in Spoiled(kind))
        {
            try
            {
                graph.OnUpdate(StoreUpdateReader.Updated(key, value)!);
                dataplane.Apply(graph.Flush());
            }
            catch (Exception e) when (e is not AssertionException)
            {
                Assert.Fail($"{Encoding.UTF8.GetString(value)}: {e}");
            }

            Assert.That(dataplane.Policies, Does.ContainKey(healthy));
        }
    }

    [TestCase("")]
    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("{} {}")]
    [TestCase("\u0000\u00ff")]
    public void A_value_that_is_no_object_is_unreadable(string value) =>
        Assert.That(
            StoreUpdateReader.Updated(EtcdKeys.Resource(ResourceKind.GlobalNetworkPolicy, "o"), Encoding.Latin1.GetBytes(value)),
            Is.TypeOf<ResourceUnreadable>());

    [Test]
    public void A_rule_that_has_not_the_form_of_a_rule_leaves_the_policy_denying_what_it_selects()
    {
        var spoiled = Encoding.UTF8.GetBytes("""
            {"kind":"GlobalNetworkPolicy","metadata":{"name":"o"},
            "spec":{"selector":"app == 'web'","ingress":[{"action":"Allow"},{"action":"Allow","protocol":"TCP","source":{"ports":{} } }]} }
            """);
        var update = StoreUpdateReader.Updated(EtcdKeys.Resource(ResourceKind.GlobalNetworkPolicy, "o"), spoiled);
        var policy = PolicyCompiler.Compile(((ResourceUpdated<GlobalNetworkPolicySpec>)update!).Value);
        Assert.That(policy.Selector.ToString(), Is.EqualTo("app == \"web\""));
        Assert.That(policy.IngressRules.Single(), Is.EqualTo(CompiledRule.DenyAll));
        Assert.That(policy.Errors.Single().Field, Is.EqualTo("spec.ingress[1]"));
    }

    [Test]
    public void A_staged_policy_is_no_business_of_the_graph()
    {
        foreach (var kind in new[] { ResourceKind.StagedNetworkPolicy, ResourceKind.StagedKubernetesNetworkPolicy })
        {
            Assert.That(StoreUpdateReader.Updated(EtcdKeys.Resource(kind, "shop", "o"), "{}"u8), Is.Null);
        }
    }

    private static PolicyId WithHealthyPolicy(CalculationGraph graph)
    {
        void Update(ResourceKind kind, string name, string spec, string labels) => graph.OnUpdate(StoreUpdateReader.Updated(
            EtcdKeys.Resource(kind, "shop", name), Encoding.UTF8.GetBytes(Object(kind, name, spec, labels)))!);
        Update(ResourceKind.WorkloadEndpoint, "healthy", """{"node":"n1","interfaceName":"cali1","ipNetworks":["10.0.0.1/32"]}""", """{"app":"web"}""");
        Update(ResourceKind.NetworkPolicy, "healthy", """{"selector":"app == 'web'"}""", "{}");
        return new PolicyId("NetworkPolicy", "shop", "healthy");
    }

    private static string Object(ResourceKind kind, string name, string spec, string labels = """{"app":"web","b":"c"}""") =>
        $$"""{"kind":"{{kind}}","apiVersion":"projectcalico.org/v3","metadata":{"name":"{{name}}","labels":{{labels}},"annotations":{"a":"b"} },"spec":{{spec}} }""";

    private static IEnumerable<byte[]> Spoiled(ResourceKind kind)
    {
        var whole = JsonNode.Parse(Object(kind, "o", Samples[kind]))!;
        foreach (var path in Paths(whole, []))
        {
            foreach (var replacement in Replacements)
            {
                yield return Encoding.UTF8.GetBytes(With(whole, path, 0, replacement));
            }
        }
    }

    private static IEnumerable<object[]> Paths(JsonNode? node, object[] path)
    {
        yield return path;
        var children = node switch
        {
            JsonObject properties => properties.SelectMany(property => Paths(property.Value, [.. path, property.Key])),
            JsonArray items => items.SelectMany((item, index) => Paths(item, [.. path, index])),
            _ => [],
        };
        foreach (var child in children)
        {
            yield return child;
        }
    }

    // The text of the node with one part replaced.
    private static string With(JsonNode? node, object[] path, int depth, string replacement)
    {
        if (depth == path.Length)
        {
            return replacement;
        }

        string Child(JsonNode? child, object key) => Equals(path[depth], key) ? With(child, path, depth + 1, replacement) : child?.ToJsonString() ?? "null";
        return node is JsonObject properties
            ? $"{{{string.Join(',', properties.Select(property => $"\"{property.Key}\":{Child(property.Value, property.Key)}"))}}}"
            : $"[{string.Join(',', node!.AsArray().Select((item, index) => Child(item, index)))}]";
    }
}
