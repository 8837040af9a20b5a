using System.Text;
using Calico.Cni.Protocol;
using Calico.Ipam.Core;
using Calico.Ipam.Delegate;
using Calico.Model;
using Calico.Model.Resources;

namespace Calico.Tests.Unit.Ipam;

/// <summary>What a pod's API object changes in its ADD, from the call to what is stored.</summary>
internal sealed class PodMetadataTests : IPodDirectory
{
    private const string Prefix = "cni.projectcalico.org/";
    private Cluster _cluster = null!;
    private IpamClient _client = null!;
    private PodMetadata? _known;
    private PodReference? _asked;

    [SetUp]
    public void Arrange()
    {
        _cluster = Cluster.Ready("10.0.0.0/24", "10.1.0.0/24", "fd00::/64");
        _client = _cluster.Client();
        (_known, _asked) = (PodMetadata.Empty, null);
    }

    [TearDown]
    public void Close() => _client.Dispose();

    public Task<PodMetadata> FindAsync(PodReference pod, CancellationToken cancellationToken)
    {
        _asked = pod;
        return _known is null
            ? Task.FromException<PodMetadata>(new CniException(CniErrorCode.TryAgainLater, $"{pod} is not known"))
            : Task.FromResult(_known);
    }

    [Test]
    public async Task The_pod_is_asked_for_by_name_and_uid()
    {
        await AddAsync("K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0;K8S_POD_UID=u1");
        Assert.That(_asked, Is.EqualTo(new PodReference("shop", "web-0", "u1")));
    }

    [Test]
    public async Task Labels_service_account_and_named_ports_become_the_endpoints()
    {
        _known = new PodMetadata
        {
            Labels = new Dictionary<string, string> { ["app"] = "web" },
            ServiceAccount = "sa",
            GenerateName = "web-",
            Ports = [new EndpointPort { Name = "http", Protocol = "TCP", Port = 80 }],
        };
        await AddAsync();
        var endpoint = Endpoint();
        Assert.Multiple(() =>
        {
            Assert.That(endpoint.Metadata.Labels, Does.ContainKey("app").WithValue("web").And.ContainKey("projectcalico.org/serviceaccount").WithValue("sa"));
            Assert.That(endpoint.Spec.Profiles, Is.EqualTo(new[] { "kns.shop", "ksa.shop.sa" }));
            Assert.That(endpoint.Spec.ServiceAccountName, Is.EqualTo("sa"));
            Assert.That(endpoint.Spec.Ports!.Single().Name, Is.EqualTo("http"));
        });
    }

    [Test]
    public async Task IpAddrs_is_the_address_given()
    {
        Annotate("ipAddrs", """["10.1.0.77","fd00::77"]""");
        var result = await AddAsync();
        Assert.That(result.Ips.Select(ip => ip.Address.ToString()), Is.EqualTo(new[] { "10.1.0.77/32", "fd00::77/128" }));
    }

    [TestCase("""["10.1.0.0/24"]""")]
    [TestCase("""["pool-1"]""")]
    public async Task Ipv4pools_of_the_pod_goes_before_the_namespaces(string pools)
    {
        _known = new PodMetadata { Annotations = Annotation("ipv4pools", pools), NamespaceAnnotations = Annotation("ipv4pools", """["pool-0"]""") };
        Assert.That((await AddAsync()).Ips.Single().Address.ToString(), Does.StartWith("10.1.0."));
    }

    [Test]
    public async Task Ipv4pools_of_the_namespace_holds_for_its_pods()
    {
        _known = new PodMetadata { NamespaceAnnotations = Annotation("ipv4pools", """["pool-1"]""") };
        Assert.That((await AddAsync()).Ips.Single().Address.ToString(), Does.StartWith("10.1.0."));
    }

    [Test]
    public async Task Ipv6pools_and_ipFamilies_make_a_pod_of_IPv6_alone()
    {
        _cluster.Pool("chosen", "fd01::/64");
        _known = new PodMetadata
        {
            Annotations = new Dictionary<string, string> { [Prefix + "ipFamilies"] = """["IPv6"]""", [Prefix + "ipv6pools"] = """["chosen"]""" },
        };
        Assert.That((await AddAsync()).Ips.Single().Address.ToString(), Does.StartWith("fd01:"));
    }

    [Test]
    public async Task HwAddr_is_the_MAC_inside_the_pod()
    {
        Annotate("hwAddr", "02:11:22:33:44:55");
        var result = await AddAsync();
        Assert.That(result.Interfaces[1].Mac, Is.EqualTo("02:11:22:33:44:55"));
        Assert.That(Endpoint().Spec.Mac.ToString(), Is.EqualTo("02:11:22:33:44:55"));
    }

    [Test]
    public async Task AllowedSourcePrefixes_reach_the_endpoint()
    {
        Annotate("allowedSourcePrefixes", """["192.0.2.0/24","fd02::/64"]""");
        await AddAsync();
        Assert.That(Endpoint().Spec.AllowSpoofedSourcePrefixes, Is.EqualTo(new[] { "192.0.2.0/24", "fd02::/64" }));
    }

    [TestCase("ipAddrs", """["10.9.0.1"]""", CniErrorCode.InvalidConfiguration)]
    [TestCase("ipFamilies", """["IPv5"]""", CniErrorCode.InvalidConfiguration)]
    [TestCase("ipv4pools", """["none-such"]""", CniErrorCode.InvalidConfiguration)]
    [TestCase("hwAddr", "zz", CniErrorCode.InvalidConfiguration)]
    [TestCase("allowedSourcePrefixes", """["everywhere"]""", CniErrorCode.InvalidConfiguration)]
    public async Task What_an_annotation_asks_for_in_vain_fails_the_ADD_and_leaves_nothing(string name, string value, CniErrorCode code)
    {
        Annotate(name, value);
        Assert.That((await FailureAsync()).Code, Is.EqualTo(code));
        Assert.That(_cluster.Keys(EtcdKeys.Handles), Is.Empty);
    }

    [Test]
    public async Task A_pod_that_the_directory_does_not_find_gets_nothing()
    {
        _known = null;
        Assert.That((await FailureAsync()).Code, Is.EqualTo(CniErrorCode.TryAgainLater));
        Assert.That(_cluster.Keys(EtcdKeys.Handles), Is.Empty);
    }

    [TestCase("IgnoreUnknown=1", "calico")]
    [TestCase("K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0", "macvlan")]
    public async Task Nobody_is_asked_outside_Kubernetes_and_for_a_foreign_plugin(string arguments, string type)
    {
        await AddAsync(arguments, type);
        Assert.That(_asked, Is.Null);
    }

    private async Task<CniException> FailureAsync() => (await Assert.ThrowsAsync<CniException>(() => AddAsync()))!;

    private void Annotate(string name, string value) => _known = new PodMetadata { Annotations = Annotation(name, value) };

    private static Dictionary<string, string> Annotation(string name, string value) => new() { [Prefix + name] = value };

    private Resource<WorkloadEndpointSpec> Endpoint() => _cluster.Get<Resource<WorkloadEndpointSpec>>(
        EtcdKeys.Endpoint(Cluster.Pod("web-0", "c1"), "node-a"))!;

    private async Task<CniResult> AddAsync(string arguments = "K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0", string type = "calico")
    {
        var conf = Encoding.UTF8.GetBytes($$$"""{"cniVersion":"1.1.0","name":"net","type":"{{{type}}}","ipam":{"type":"calico-ipam"}}""");
        var request = new PluginRequest(CniCommand.Add, "c1", "/var/run/netns/x", "eth0", arguments, "/opt/cni/bin", conf);
        return (await new IpamDelegate(_client, "node-a", this).HandleAsync(request, CancellationToken.None))!;
    }
}
