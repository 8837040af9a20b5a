using System.Text;
using System.Text.Json;
using Calico.Ipam.Core;
using Calico.Ipam.Core.Endpoints;
using Calico.Model.Json;

namespace Calico.Tests.Unit.Ipam;

internal sealed class EndpointBuilderTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Test]
    public void In_Kubernetes_the_endpoint_has_upstreams_names_labels_and_profiles()
    {
        var request = new AssignRequest(Cluster.Pod("web-0", "c1"), "node-a")
        {
            Metadata = new PodMetadata { Labels = new Dictionary<string, string> { ["app"] = "web" }, ServiceAccount = "default", GenerateName = "web-" },
        };
        var json = Json(ModelJson.Write(EndpointBuilder.Endpoint(request, null, [.. Cluster.Addresses("10.0.0.1")], Guid.Empty, Now)));

        Assert.Multiple(() =>
        {
            Assert.That(json.GetProperty("kind").GetString(), Is.EqualTo("WorkloadEndpoint"));
            Assert.That(json.GetProperty("metadata").GetRawText(), Is.EqualTo(
                """{"name":"node--a-k8s-web--0-eth0","namespace":"shop","uid":"00000000-0000-0000-0000-000000000000","creationTimestamp":"2026-01-02T03:04:05Z","labels":{"app":"web","projectcalico.org/namespace":"shop","projectcalico.org/orchestrator":"k8s","projectcalico.org/serviceaccount":"default"},"generateName":"web-"}"""));
            Assert.That(json.GetProperty("spec").GetProperty("profiles").GetRawText(), Is.EqualTo("""["kns.shop","ksa.shop.default"]"""));
            Assert.That(json.GetProperty("spec").GetProperty("pod").GetString(), Is.EqualTo("web-0"));
            Assert.That(json.GetProperty("spec").GetProperty("ipNetworks").GetRawText(), Is.EqualTo("""["10.0.0.1/32"]"""));
        });
    }

    [Test]
    public void A_service_account_too_long_for_a_label_is_left_out()
    {
        var request = new AssignRequest(Cluster.Pod("web-0", "c1"), "node-a") { Metadata = new PodMetadata { ServiceAccount = new string('s', 63) } };
        var labels = EndpointBuilder.Endpoint(request, null, [], Guid.Empty, Now).Metadata.Labels!;
        Assert.That(labels.Keys, Has.None.Contains("serviceaccount"));
    }

    [Test]
    public void A_network_outside_Kubernetes_has_a_profile_that_lets_its_members_in()
    {
        var json = Json(ModelJson.Write(EndpointBuilder.Profile("front", Guid.Empty, Now)));
        Assert.That(json.GetProperty("spec").GetRawText(), Is.EqualTo(
            """{"ingress":[{"action":"Allow","source":{"selector":"has(front)"},"destination":{}}],"egress":[{"action":"Allow","source":{},"destination":{}}],"labelsToApply":{"front":""}}"""));
    }

    [TestCase("cni.projectcalico.org/ipAddrs", "10.0.0.1")]
    [TestCase("cni.projectcalico.org/ipAddrs", """["ten"]""")]
    [TestCase("cni.projectcalico.org/ipAddrs", """["10.0.0.1","10.0.0.2"]""")]
    public void A_malformed_annotation_names_itself_or_its_value(string name, string value)
    {
        var request = new AssignRequest(Cluster.Pod("web-0", "c1"), "node-a")
        {
            Metadata = new PodMetadata { Annotations = new Dictionary<string, string> { [name] = value } },
        };
        var error = Assert.Throws<IpamException>(() => PodAnnotations.Addresses(request));
        Assert.That(error!.Failure, Is.EqualTo(IpamFailure.InvalidRequest));
    }

    [Test]
    public void The_pods_annotation_wins_over_the_namespaces_and_both_over_the_conf()
    {
        const string Name = "cni.projectcalico.org/ipv4pools";
        var request = new AssignRequest(Cluster.Pod("web-0", "c1"), "node-a") { IPv4Pools = ["conf"] };
        var ofNamespace = request with { Metadata = new PodMetadata { NamespaceAnnotations = new Dictionary<string, string> { [Name] = """["ns"]""" } } };
        var ofPod = ofNamespace with
        {
            Metadata = ofNamespace.Metadata with { Annotations = new Dictionary<string, string> { [Name] = """["pod"]""" } },
        };
        Assert.That(
            new[] { request, ofNamespace, ofPod }.Select(r => PodAnnotations.Pools(r, Calico.Model.Net.IpFamily.IPv4).Single()),
            Is.EqualTo(new[] { "conf", "ns", "pod" }));
    }

    private static JsonElement Json(byte[] utf8) => JsonDocument.Parse(Encoding.UTF8.GetString(utf8)).RootElement;
}
