using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Calico.Controller.Resources;
using Calico.Model.Json;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Tests.Fakes;
using Calico.Tests.Unit.Architecture;

namespace Calico.Tests.Unit.Controller.Resources;

/// <summary>The CustomResourceDefinitions of manifests/crds.</summary>
internal sealed class DefinitionTests
{
    private static readonly Dictionary<string, Schema> Schemas =
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "manifests", "crds"), "*.yaml").Select(Schema.Load).ToDictionary(schema => (string)schema.Names["kind"]!);

    public static IEnumerable<Schema> All => Schemas.Values.OrderBy(schema => schema.Name, StringComparer.Ordinal);

    /// <summary>Every resource of our test data, except where it is broken on purpose.</summary>
    public static IEnumerable<TestCaseData> Examples =>
        from source in UpstreamDatastore.Read().Select(entry => (Name: entry.Key, Text: entry.Value)).Concat(
            Repository.SourceFiles("input.json").Where(path => !path.Contains("/broken/", StringComparison.Ordinal))
                .Select(path => (Name: path, Text: File.ReadAllText(Path.Combine(Repository.Root, path)))))
        from resource in ResourcesIn(JsonNode.Parse(source.Text))
        where SyncedKinds.All.Any(kind => kind.Stored.Kind == (string?)resource["kind"])
        select new TestCaseData(resource).SetArgDisplayNames(source.Name, $"{resource["kind"]} {resource["metadata"]!["name"]}");

    public static IEnumerable<TestCaseData> Records =>
        from pair in new (string Kind, Type Spec)[]
        {
            ("NetworkPolicy", typeof(NetworkPolicySpec)), ("GlobalNetworkPolicy", typeof(GlobalNetworkPolicySpec)), ("StagedNetworkPolicy", typeof(NetworkPolicySpec)),
            ("StagedGlobalNetworkPolicy", typeof(GlobalNetworkPolicySpec)), ("StagedKubernetesNetworkPolicy", typeof(StagedKubernetesNetworkPolicySpec)),
            ("NetworkSet", typeof(NetworkSetSpec)), ("GlobalNetworkSet", typeof(NetworkSetSpec)), ("Tier", typeof(TierSpec)), ("HostEndpoint", typeof(HostEndpointSpec)),
            ("IPReservation", typeof(IpReservationSpec)), ("BGPPeer", typeof(BgpPeerSpec)), ("BGPConfiguration", typeof(BgpConfigurationSpec)),
            ("BGPFilter", typeof(BgpFilterSpec)), ("FelixConfiguration", typeof(FelixConfigurationSpec)),
        }
        from path in Fields(pair.Spec)

        // An enforced policy must not say what a staged one would do.
        where !(path is ["stagedAction"] && pair.Kind is "NetworkPolicy" or "GlobalNetworkPolicy")
        select new TestCaseData(pair.Kind, path).SetArgDisplayNames(pair.Kind, string.Join('.', path));

    public static IEnumerable<TestCaseData> Wrong =>
    [
        new("NetworkPolicy", """{"spec":{"selctor":"all()"}}""", ".spec.selctor is unknown"),
        new("NetworkPolicy", """{"spec":{"ingress":[{"action":"allow"}]}}""", ".spec.ingress[0].action is none of"),
        new("NetworkPolicy", """{"spec":{"ingress":[{"protocol":"TCP"}]}}""", ".spec.ingress[0].action is missing"),
        new("NetworkPolicy", """{"spec":{"ingress":[{"action":"Allow","protocol":"GRE"}]}}""", ".spec.ingress[0].protocol does not look like"),
        new("NetworkPolicy", """{"spec":{"ingress":[{"action":"Allow","protocol":256}]}}""", ".spec.ingress[0].protocol is out of range"),
        new("NetworkPolicy", """{"spec":{"egress":[{"action":"Allow","destination":{"ports":[0]}}]}}""", ".spec.egress[0].destination.ports[0] is out of range"),
        new("NetworkPolicy", """{"spec":{"egress":[{"action":"Allow","icmp":{"type":255}}]}}""", ".spec.egress[0].icmp.type is out of range"),
        new("NetworkPolicy", """{"spec":{"types":["ingress"]}}""", ".spec.types[0] is none of"),
        new("GlobalNetworkPolicy", """{"spec":{"stagedAction":"Set"}}""", ".spec.stagedAction is unknown"),
        new("GlobalNetworkSet", """{"spec":{"nets":["10.0.0.0/8/8"]}}""", ".spec.nets[0] does not look like"),
        new("IPPool", """{"spec":{"blockSize":26}}""", ".spec.cidr is missing"),
        new("IPPool", """{"spec":{"cidr":"10.0.0.0/16","blockSize":19}}""", ".spec.blockSize is out of range"),
        new("IPPool", """{"spec":{"cidr":"10.0.0.0/16","ipipMode":"always"}}""", ".spec.ipipMode is none of"),
        new("IPPool", """{}""", ".spec is missing"),
        new("HostEndpoint", """{"spec":{"node":"a","interfaceName":"longer-than-an-interface"}}""", ".spec.interfaceName does not look like"),
        new("Tier", """{"spec":{"defaultAction":"Allow"}}""", ".spec.defaultAction is none of"),
        new("BGPPeer", """{"spec":{"asNumber":4294967296}}""", ".spec.asNumber is out of range"),
    ];

    [Test]
    public void There_is_one_for_each_kind_that_is_kept_the_same() => Assert.That(
        Schemas.Select(s => (s.Key, (string)s.Value.Names["plural"]!, s.Value.IsNamespaced)),
        Is.EquivalentTo(SyncedKinds.All.Select(kind => (kind.Stored.Kind, kind.Stored.Plural, kind.Stored.Namespaced))));

    [TestCaseSource(nameof(All))]
    public void The_API_server_would_take_it(Schema schema)
    {
        Assert.That(schema.Name, Is.EqualTo($"{schema.Names["plural"]}.projectcalico.org"));
        Assert.That(schema.Version["subresources"]!["status"], Is.Not.Null);
        Assert.That(Malformed(schema.Root, "").ToList(), Is.Empty);
    }

    [TestCaseSource(nameof(Examples))]
    public void It_takes_what_upstream_stored(JsonNode resource) => Assert.That(Schemas[(string)resource["kind"]!].Refuses(resource), Is.Null);

    [TestCaseSource(nameof(Records))]
    public void It_knows_the_fields_that_we_know(string kind, string[] path) => Assert.That(Schemas[kind].Knows(path));

    [Test]
    public void It_knows_the_fields_of_a_pool()
    {
        var full = new IpPoolSpec
        {
            Cidr = "10.0.0.0/16", VxlanMode = "Never", IpipMode = "Never", NatOutgoing = true, Disabled = false, DisableBgpExport = false, BlockSize = 26,
            NodeSelector = "all()", NamespaceSelector = "all()", AllowedUses = ["Workload"], AssignmentMode = "Automatic",
        };
        var pool = new Resource<IpPoolSpec> { Kind = "IPPool", Metadata = new ObjectMeta { Name = "a" }, Spec = full };
        var json = JsonNode.Parse(Encoding.UTF8.GetString(ModelJson.Write(pool)))!;
        Assert.That(json["spec"]!.AsObject(), Has.Count.EqualTo(typeof(IpPoolSpec).GetProperties().Count(property => property.Name != "Unknown")), "the example lacks a field");
        Assert.That(Schemas["IPPool"].Refuses(json), Is.Null);
    }

    [TestCaseSource(nameof(Wrong))]
    public void It_refuses_what_is_wrong(string kind, string resource, string why) =>
        Assert.That(Schemas[kind].Refuses(JsonNode.Parse(resource)!), Does.StartWith(why));

    private static IEnumerable<JsonObject> ResourcesIn(JsonNode? node) => node switch
    {
        JsonObject resource when (string?)resource["apiVersion"] == "projectcalico.org/v3" => [resource],
        JsonObject other => other.SelectMany(field => ResourcesIn(field.Value)),
        JsonArray items => items.SelectMany(ResourcesIn),
        _ => [],
    };

    /// <summary>Every field of a record, by its path in JSON; those of records in it too.</summary>
    private static IEnumerable<string[]> Fields(Type record)
    {
        foreach (var property in record.GetProperties().Where(property => property.Name != nameof(JsonObjectRecord.Unknown)))
        {
            var name = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
            yield return [name];
            var type = property.PropertyType.IsGenericType ? property.PropertyType.GetGenericArguments()[0] : property.PropertyType;
            if (typeof(JsonObjectRecord).IsAssignableFrom(type))
            {
                foreach (var inner in Fields(type))
                {
                    yield return [name, .. inner];
                }
            }
        }
    }

    /// <summary>What the rules for structural schemas forbid: a place without type, a type inside of a choice, an empty description.</summary>
    private static IEnumerable<string> Malformed(JsonObject schema, string path)
    {
        var isTyped = schema.ContainsKey("type") != ((bool?)schema["x-kubernetes-int-or-string"] == true);
        if (!isTyped || schema.ContainsKey("anyOf") || schema.ContainsKey("default") || (schema.ContainsKey("description") && string.IsNullOrEmpty((string?)schema["description"])))
        {
            yield return path;
        }

        var children = (schema["properties"]?.AsObject() ?? []).Select(pair => (pair.Key, pair.Value!.AsObject())).ToList();
        if (schema["items"] is JsonObject items)
        {
            children.Add(("[]", items));
        }

        foreach (var problem in children.SelectMany(child => Malformed(child.Item2, $"{path}.{child.Key}")))
        {
            yield return problem;
        }
    }
}
