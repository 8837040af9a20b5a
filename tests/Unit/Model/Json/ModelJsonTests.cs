using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Calico.Model.Ipam;
using Calico.Model.Json;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Tests.Fakes;

namespace Calico.Tests.Unit.Model.Json;

internal sealed class ModelJsonTests
{
    private static readonly (string KeyPart, Func<byte[], byte[]> Rewrite)[] Types =
    [
        ("/assignment/", Rewrite<AllocationBlock>),
        ("/ipam/v2/host/", Rewrite<BlockAffinity>),
        ("/handle/", Rewrite<IpamHandle>),
        ("/bgppeers/", Rewrite<Resource<BgpPeerSpec>>),
        ("/clusterinformations/", Rewrite<Resource<ClusterInformationSpec>>),
        ("/globalnetworkpolicies/", Rewrite<Resource<GlobalNetworkPolicySpec>>),
        ("/globalnetworksets/", Rewrite<Resource<NetworkSetSpec>>),
        ("/hostendpoints/", Rewrite<Resource<HostEndpointSpec>>),
        ("/networkpolicies/", Rewrite<Resource<NetworkPolicySpec>>),
        ("/ippools/", Rewrite<Resource<IpPoolSpec>>),
        ("/nodes/", Rewrite<Resource<NodeSpec>>),
        ("/profiles/", Rewrite<Resource<ProfileSpec>>),
        ("/workloadendpoints/", Rewrite<Resource<WorkloadEndpointSpec>>),
    ];

    public static IEnumerable<TestCaseData> UpstreamObjects =>
        from entry in UpstreamDatastore.Read()
        from type in Types
        where entry.Key.Contains(type.KeyPart, StringComparison.Ordinal)
        select new TestCaseData(entry.Value, type.Rewrite).SetArgDisplayNames(entry.Key);

    [TestCaseSource(nameof(UpstreamObjects))]
    public void What_upstream_wrote_is_written_back_whole(string json, Func<byte[], byte[]> rewrite)
    {
        var before = JsonNode.Parse(json)!;
        var after = JsonNode.Parse(rewrite(Encoding.UTF8.GetBytes(json)))!;
        AssertSame(before, after);
    }

    [TestCaseSource(nameof(UpstreamObjects))]
    public void Fields_that_nobody_knows_are_kept_at_every_depth(string json, Func<byte[], byte[]> rewrite)
    {
        var before = JsonNode.Parse(json)!;
        var places = AddUnknown(before).ToList();
        var after = JsonNode.Parse(rewrite(Encoding.UTF8.GetBytes(before.ToJsonString())))!;
        Assert.That(places, Is.Not.Empty);
        AssertSame(before, after);
    }

    [Test]
    public void Every_object_of_the_store_has_a_type() =>
        Assert.That(UpstreamObjects.Count(), Is.EqualTo(UpstreamDatastore.Read().Count));

    [Test]
    public void Times_are_written_as_Kubernetes_writes_them()
    {
        const string Json = """{"cidr":"10.0.0.0/30","affinity":null,"affinity_claim_time":"2026-11-21T01:27:56+01:00","allocations":[],"unallocated":[],"attributes":[]}""";
        Assert.That(Encoding.UTF8.GetString(Rewrite<AllocationBlock>(Encoding.UTF8.GetBytes(Json))), Does.Contain("\"affinity_claim_time\":\"2026-11-21T00:27:56Z\""));
    }

    [TestCase("""{"cidr":"10.0.0.0/99","allocations":[],"unallocated":[],"attributes":[]}""", "10.0.0.0/99")]
    [TestCase("""{"cidr":"10.0.0.0/26"}""", "allocations")]
    [TestCase("null", "null")]
    [TestCase("{", "")]
    public void Says_what_is_wrong_with_an_object(string json, string named) =>
        Assert.That(() => ModelJson.Read<AllocationBlock>(Encoding.UTF8.GetBytes(json)), Throws.InstanceOf<JsonException>().With.Message.Contains(named));

    [TestCase("""{"cidr":"10.0.0.0/30","affinity":null,"allocations":[0,"x"],"unallocated":[],"attributes":[]}""", "allocations")]
    [TestCase("""{"cidr":"10.0.0.0/30","affinity":null,"allocations":[],"unallocated":[],"attributes":[{"secondary":{"pod":1}}]}""", "attributes: secondary")]
    [TestCase("""{"cidr":"10.0.0.0/30","affinity":null,"allocations":[],"unallocated":[],"attributes":[],"sequenceNumber":-1}""", "sequenceNumber")]
    [TestCase("""{"affinity":null,"allocations":[],"unallocated":[],"attributes":[]}""", "cidr")]
    public void Names_the_field_that_has_the_wrong_form(string json, string named) =>
        Assert.That(() => ModelJson.Read<AllocationBlock>(Encoding.UTF8.GetBytes(json)), Throws.InstanceOf<JsonException>().With.Message.Contains(named));

    [TestCaseSource(nameof(UpstreamObjects))]
    public void An_object_cut_short_is_refused(string json, Func<byte[], byte[]> rewrite)
    {
        var whole = Encoding.UTF8.GetBytes(json);
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.That(() => rewrite(whole[..length]), Throws.InstanceOf<JsonException>(), $"of {length} bytes");
        }
    }

    [TestCaseSource(nameof(UpstreamObjects))]
    public void What_follows_an_object_is_refused(string json, Func<byte[], byte[]> rewrite) =>
        Assert.That(() => rewrite(Encoding.UTF8.GetBytes(json + "{}")), Throws.InstanceOf<JsonException>());

    [TestCaseSource(nameof(UpstreamObjects))]
    public void A_value_of_another_kind_is_read_or_refused_and_nothing_else(string json, Func<byte[], byte[]> rewrite)
    {
        string[] values = ["null", "true", "-1", "1e99", "\"x\"", "\"\\ud800\"", "[]", "[null]", "{}", "{\"x\":null}"];
        foreach (var old in Values(JsonNode.Parse(json)!).Distinct().ToList())
        {
            foreach (var value in values)
            {
                var changed = json.Replace(old, value, StringComparison.Ordinal);
                Assert.That(() => Attempt(rewrite, changed), Throws.Nothing, changed);
            }
        }
    }

    [Test]
    public void A_spec_that_is_null_counts_as_empty()
    {
        var read = ModelJson.Read<Resource<ClusterInformationSpec>>("""{"kind":"ClusterInformation","metadata":{"name":"default"},"spec":null}"""u8);
        Assert.That(read.Spec.DatastoreReady, Is.Null);
    }

    [Test]
    public void Fields_come_in_upstreams_order()
    {
        const string Block = """{"cidr":"10.0.0.0/31","affinity":"host:a","affinity_claim_time":"2026-11-21T00:27:56Z","allocations":[0,null],"unallocated":[1],"attributes":[{"handle_id":"h","secondary":{"pod":"+\u003c\"é"}}],"sequenceNumber":18446744073709551615,"sequenceNumberForAllocation":{"0":7},"deleted":false,"future":[1]}""";
        Assert.That(Text(Rewrite<AllocationBlock>(Encoding.UTF8.GetBytes(Block))), Is.EqualTo(Block.Replace("\\u003c", "<", StringComparison.Ordinal)));
        const string Empty = """{"cidr":"fd00::/127","affinity":null,"allocations":[],"unallocated":[],"attributes":[{"handle_id":null,"secondary":null,"releasedAt":"2026-11-21T00:27:56.5Z"}],"sequenceNumber":0,"deleted":true}""";
        Assert.That(Text(Rewrite<AllocationBlock>(Encoding.UTF8.GetBytes(Empty))), Is.EqualTo(Empty));
        const string Handle = """{"block":{"10.0.0.0/26":1,"fd00::/122":2},"deleted":false}""";
        Assert.That(Text(Rewrite<IpamHandle>(Encoding.UTF8.GetBytes(Handle))), Is.EqualTo(Handle));
        const string Config = """{"strict_affinity":true,"auto_allocate_blocks":false,"maxBlocksPerHost":3}""";
        Assert.That(Text(Rewrite<IpamConfig>(Encoding.UTF8.GetBytes(Config))), Is.EqualTo(Config));
        const string Endpoint = """{"kind":"WorkloadEndpoint","apiVersion":"projectcalico.org/v3","metadata":{"name":"n","namespace":"ns","uid":"u","creationTimestamp":"2026-11-21T00:27:56Z","labels":{"a":"b"},"generateName":"g"},"spec":{"orchestrator":"k8s","node":"a","containerID":"c","pod":"p","endpoint":"eth0","ipNetworks":["10.0.0.1/32","fd00::1/128"],"profiles":["kns.ns"],"interfaceName":"cali1","mac":"ee:ee:ee:ee:ee:01","ports":[{"name":"http","protocol":"TCP","port":80}]},"status":{"x":1}}""";
        Assert.That(Text(Rewrite<Resource<WorkloadEndpointSpec>>(Encoding.UTF8.GetBytes(Endpoint))), Is.EqualTo(Endpoint));
    }

    private static string Text(byte[] utf8) => Encoding.UTF8.GetString(utf8);

    private static void Attempt(Func<byte[], byte[]> rewrite, string json)
    {
        try
        {
            rewrite(Encoding.UTF8.GetBytes(json));
        }
        catch (JsonException)
        {
        }
    }

    // The text of every value, at every depth.
    private static IEnumerable<string> Values(JsonNode node) => node switch
    {
        JsonObject o => o.Where(property => property.Value is not null).SelectMany(property => Values(property.Value!)).Append(o.ToJsonString()),
        JsonArray array => array.OfType<JsonNode>().SelectMany(Values).Append(array.ToJsonString()),
        _ => [node.ToJsonString()],
    };

    private static byte[] Rewrite<T>(byte[] utf8)
        where T : class => ModelJson.Write(ModelJson.Read<T>(utf8));

    private static void AssertSame(JsonNode before, JsonNode after)
    {
        // A block of 3.8 has no sequence number, which means 0; we write the 0.
        if (before["sequenceNumber"] is null && after["sequenceNumber"]?.GetValue<ulong>() == 0)
        {
            after.AsObject().Remove("sequenceNumber");
        }

        Assert.That(Sorted(after)!.ToJsonString(), Is.EqualTo(Sorted(before)!.ToJsonString()));
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(
            from property in o
            orderby property.Key
            select KeyValuePair.Create(property.Key, Sorted(property.Value))),
        JsonArray array => new JsonArray([.. array.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    // Maps of text (labels, attributes, a handle's blocks) have free keys already and take no foreign value.
    private static IEnumerable<string> AddUnknown(JsonNode node)
    {
        switch (node)
        {
            case JsonObject o when NameOf(o) is not ("labels" or "annotations" or "secondary" or "block" or "labelsToApply"):
                foreach (var place in o.ToList().Where(property => property.Value is not null).SelectMany(property => AddUnknown(property.Value!)))
                {
                    yield return place;
                }

                o["futureField"] = new JsonObject { ["deep"] = new JsonArray(1, "two", null) };
                yield return o.GetPath();
                break;
            case JsonArray array:
                foreach (var place in array.OfType<JsonNode>().SelectMany(AddUnknown))
                {
                    yield return place;
                }

                break;
        }
    }

    private static string NameOf(JsonNode node) => node.Parent is JsonObject ? node.GetPropertyName() : "";
}
