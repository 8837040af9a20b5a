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
