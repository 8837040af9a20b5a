using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Agent.Startup;

/// <summary>What this node says of itself in the datastore. Pure; fields of others, and those we do not know, stay.</summary>
internal static class NodeRecord
{
    private const string OwnType = "CalicoNodeIP";
    private const string KubernetesOrchestrator = "k8s";

    public static Resource<NodeSpec> New(string name, DateTimeOffset now) => new()
    {
        Kind = ResourceKind.Node.Kind,
        Metadata = new ObjectMeta { Name = name, Uid = Guid.NewGuid().ToString(), CreationTimestamp = now },
    };

    /// <param name="asNumber">Null leaves the number as it is stored.</param>
    /// <param name="kubernetesNode">What Kubernetes calls the node; null leaves the reference as it is stored.</param>
    public static Resource<NodeSpec> With(
        Resource<NodeSpec> node, InterfaceAddress? ipv4, InterfaceAddress? ipv6, AsNumber? asNumber, string? kubernetesNode = null)
    {
        var bgp = (node.Spec.Bgp ?? new NodeBgpSpec()) with { IPv4Address = ipv4, IPv6Address = ipv6 };
        var own = new[] { ipv4, ipv6 }.OfType<InterfaceAddress>().Select(address => new NodeAddress { Address = address.ToString(), Type = OwnType });
        var others = (node.Spec.Addresses ?? []).Where(address => address.Type != OwnType);
        return node with
        {
            Spec = node.Spec with
            {
                Bgp = bgp with { AsNumber = asNumber ?? bgp.AsNumber },
                Addresses = [.. others, .. own],
                OrchRefs = kubernetesNode is null ? node.Spec.OrchRefs : References(node.Spec.OrchRefs ?? [], kubernetesNode),
            },
        };
    }

    private static IReadOnlyList<OrchRef> References(IReadOnlyList<OrchRef> stored, string kubernetesNode) =>
        stored.Any(reference => reference.Orchestrator == KubernetesOrchestrator && reference.NodeName == kubernetesNode)
            ? stored
            :
            [
                .. stored.Where(reference => reference.Orchestrator != KubernetesOrchestrator),
                new OrchRef { Orchestrator = KubernetesOrchestrator, NodeName = kubernetesNode },
            ];
}
