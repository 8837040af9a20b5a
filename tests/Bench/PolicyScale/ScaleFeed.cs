using System.Text;
using Calico.Model;
using Calico.Model.Resources;

namespace Calico.Tests.Bench.PolicyScale;

/// <summary>
/// A large cluster as its datastore tells it, key by key: 500 namespaces in 50 teams, ten deployments in each namespace, every 20th
/// endpoint's deployment with one endpoint on this node, policies evenly over the deployments.
/// </summary>
/// <param name="endpoints">On other nodes.</param>
/// <param name="uniqueLabels">Every endpoint has a label of its own, as the pods of a stateful set do.</param>
internal sealed class ScaleFeed(int endpoints, int policies, bool uniqueLabels)
{
    public const string Node = "this-node";

    private const int Namespaces = 500;
    private const int Teams = 50;
    private const int DeploymentsPerNamespace = 10;
    private const int Deployments = Namespaces * DeploymentsPerNamespace;
    private const int LocalEndpoints = 100;
    private const int PodsPerNode = 110;

    public IEnumerable<(string Key, byte[] Value)> All() =>
    [
        .. Enumerable.Range(0, Namespaces).Select(Profile),
        .. Enumerable.Range(0, LocalEndpoints).Select(number => Endpoint(number, Node)),
    ];

    public IEnumerable<(string Key, byte[] Value)> Policies() => Enumerable.Range(0, policies).Select(Policy);

    public IEnumerable<(string Key, byte[] Value)> RemoteEndpoints() => Enumerable.Range(LocalEndpoints, endpoints).Select(number => Endpoint(number));

    /// <summary>An endpoint that was not there, of a deployment that one policy of this node lets in by name.</summary>
    public (string Key, byte[] Value) NewEndpoint(int number) => Endpoint(LocalEndpoints + endpoints + number);

    private (string Key, byte[] Value) Endpoint(int number, string? node = null)
    {
        var deployment = number % Deployments;
        var space = Space(deployment);
        node ??= $"node-{number / PodsPerNode}";
        var pod = $"app-{deployment}-7d4b9c6f58-{number:x5}";
        var own = uniqueLabels ? $",\"apps.kubernetes.io/pod-name\":\"{pod}\"" : "";
        var name = $"{node.Replace("-", "--", StringComparison.Ordinal)}-k8s-{pod.Replace("-", "--", StringComparison.Ordinal)}-eth0";
        return (EtcdKeys.Resource(ResourceKind.WorkloadEndpoint, space, name), Encoding.UTF8.GetBytes($$"""
            {"kind":"WorkloadEndpoint","apiVersion":"projectcalico.org/v3","metadata":{"name":"{{name}}","generateName":"app-{{deployment}}-7d4b9c6f58-",
            "namespace":"{{space}}","uid":"3f0e5b0c-5f4c-4f0e-9d6c-{{number:x12}}","creationTimestamp":"2026-11-21T09:00:00Z","labels":{"app":"app-{{deployment}}",
            "pod-template-hash":"7d4b9c6f58","tier":"backend","projectcalico.org/namespace":"{{space}}","projectcalico.org/orchestrator":"k8s",
            "projectcalico.org/serviceaccount":"default"{{own}} } },"spec":{"orchestrator":"k8s","node":"{{node}}",
            "containerID":"{{number:x64}}","pod":"{{pod}}","endpoint":"eth0","serviceAccountName":"default",
            "ipNetworks":["{{10 + (number >> 24)}}.{{(number >> 16) & 255}}.{{(number >> 8) & 255}}.{{number & 255}}/32"],"profiles":["kns.{{space}}","ksa.{{space}}.default"],
            "interfaceName":"cali{{number:x11}}","ports":[{"name":"http","protocol":"TCP","port":8080}]} }
            """));
    }

    // Two of each deployment's: one lets a neighbour in and out to DNS, one lets a whole team in.
    private static (string Key, byte[] Value) Policy(int number)
    {
        var deployment = number % Deployments;
        var space = Space(deployment);
        var name = $"default.policy-{number}";
        var peer = number < Deployments
            ? $$"""{"selector":"app == 'app-{{(deployment + Namespaces) % Deployments}}'"}"""
            : $$"""{"namespaceSelector":"team == 'team-{{deployment % Teams}}'","selector":"pod-template-hash == '7d4b9c6f58'"}""";
        return (EtcdKeys.Resource(ResourceKind.NetworkPolicy, space, name), Encoding.UTF8.GetBytes($$"""
            {"kind":"NetworkPolicy","apiVersion":"projectcalico.org/v3","metadata":{"name":"{{name}}","namespace":"{{space}}",
            "uid":"3f0e5b0c-5f4c-4f0e-9d6c-{{number:x12}}","creationTimestamp":"2026-11-21T09:00:00Z"},"spec":{"tier":"default","order":{{number % 100}},
            "selector":"app == 'app-{{deployment}}'","types":["Ingress","Egress"],
            "ingress":[{"action":"Allow","protocol":"TCP","source":{{peer}},"destination":{"ports":[8080,"http"]} }],
            "egress":[{"action":"Allow","protocol":"UDP","destination":{"namespaceSelector":"projectcalico.org/name == 'ns-0'","ports":[53]} },
            {"action":"Allow","protocol":"TCP","destination":{"nets":["192.0.2.{{number % 256}}/32"]} }]} }
            """));
    }

    private static (string Key, byte[] Value) Profile(int number) => (EtcdKeys.Resource(ResourceKind.Profile, $"kns.ns-{number}"), Encoding.UTF8.GetBytes($$"""
        {"kind":"Profile","apiVersion":"projectcalico.org/v3","metadata":{"name":"kns.ns-{{number}}"},"spec":{"ingress":[{"action":"Allow"}],"egress":[{"action":"Allow"}],
        "labelsToApply":{"pcns.team":"team-{{number % Teams}}","pcns.projectcalico.org/name":"ns-{{number}}","pcns.kubernetes.io/metadata.name":"ns-{{number}}"} } }
        """));

    private static string Space(int deployment) => $"ns-{deployment % Namespaces}";
}
