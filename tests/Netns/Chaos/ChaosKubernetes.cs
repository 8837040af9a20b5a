using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Calico.Model.Net;
using Calico.Store.Kubernetes;
using Calico.Tests.Fakes.Kubernetes;
using Calico.Tests.Rig.Network;

namespace Calico.Tests.Netns.Chaos;

/// <summary>The API server of the run: what the controller is told of pods and nodes. It serves on the loopback of the fabric.</summary>
internal sealed class ChaosKubernetes : IAsyncDisposable
{
    public const string PodNamespace = "chaos";

    /// <summary>Changes after which the history, which nobody follows, is forgotten.</summary>
    private const int MostHistory = 1000;

    private readonly FakeKubernetes _server;
    private int _changes;

    private ChaosKubernetes(FakeKubernetes server)
    {
        _server = server;
        Kubeconfig = server.Kubeconfig();
    }

    public string Kubeconfig { get; }

    public static ChaosKubernetes Start(Fabric fabric)
    {
        // Only the socket is opened in there: what the server queues must not leave workers of the pool in the fabric.
        var server = new ChaosKubernetes(new FakeKubernetes(listener: fabric.Namespace.Open(() =>
        {
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return listener;
        })));
        foreach (var host in fabric.Hosts)
        {
            server._server.Put(KubernetesKinds.Nodes, new JsonObject { ["metadata"] = new JsonObject { ["name"] = host.NodeName } }.ToJsonString());
        }

        return server;
    }

    /// <summary>The pod is to run on that host; its addresses, once the kubelet has reported them.</summary>
    public void Put(string pod, Host host, IReadOnlyList<IpAddress> addresses)
    {
        _server.Put(KubernetesKinds.Pods, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = pod, ["namespace"] = PodNamespace },
            ["spec"] = new JsonObject { ["nodeName"] = host.NodeName },
            ["status"] = new JsonObject { ["podIPs"] = new JsonArray([.. addresses.Select(address => new JsonObject { ["ip"] = address.ToString() })]) },
        }.ToJsonString());
        ForgetHistory();
    }

    public void Remove(string pod)
    {
        if (_server.Find(KubernetesKinds.Pods, PodNamespace, pod) is not null)
        {
            _server.Remove(KubernetesKinds.Pods, PodNamespace, pod);
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private void ForgetHistory()
    {
        if (Interlocked.Increment(ref _changes) % MostHistory == 0)
        {
            _server.Compact();
        }
    }
}
