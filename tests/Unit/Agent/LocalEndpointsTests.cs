using System.Text;
using Calico.Agent.Store;
using Calico.Model;
using Calico.Model.Identity;

namespace Calico.Tests.Unit.Agent;

internal sealed class LocalEndpointsTests
{
    private const string Node = "host-1";
    private static readonly string Key = KeyOn(Node);

    [Test]
    public void Knows_the_devices_of_this_node()
    {
        var endpoints = new LocalEndpoints(Node);
        endpoints.Set(Key, Value(Node));
        Assert.That(endpoints.HasInterface("cali1"));
        endpoints.Remove(Key);
        Assert.That(endpoints.HasInterface("cali1"), Is.False);
    }

    [Test]
    public void Another_nodes_pods_are_none_of_ours()
    {
        var endpoints = new LocalEndpoints(Node);
        endpoints.Set(KeyOn("host"), Value("host"));
        endpoints.Set(KeyOn("host-11"), Value("host-11"));
        Assert.That(endpoints.Count, Is.Zero);
    }

    [Test]
    public void A_value_that_cannot_be_read_is_forgotten()
    {
        var endpoints = new LocalEndpoints(Node);
        endpoints.Set(Key, Value(Node));
        endpoints.Set(Key, "{"u8);
        Assert.That(endpoints.Count, Is.Zero);
    }

    private static string KeyOn(string node) => EtcdKeys.Endpoint(new WorkloadIdentity("k8s", "default", "pod-1", "c1", "eth0", "net"), node);

    private static byte[] Value(string node) => Encoding.UTF8.GetBytes(
        $$$"""{"kind":"WorkloadEndpoint","metadata":{"name":"x"},"spec":{"node":"{{{node}}}","interfaceName":"cali1"}}""");
}
