using System.Collections.Immutable;
using Calico.Model.Resources;

namespace Calico.Ipam.Core.Collection;

/// <summary>Which nodes of Calico's are still in the cluster. Pure.</summary>
public static class NodePresence
{
    public const string Kubernetes = "k8s";

    /// <summary>The name that Kubernetes has for a node of Calico's: what the node says of itself, else the same name.</summary>
    public static string KubernetesName(string node, Resource<NodeSpec>? calico) => Reference(calico) ?? node;

    /// <summary>
    /// A node has left when Kubernetes does not know it. A node that Calico knows and that never said to be one of Kubernetes' is a plain host:
    /// Kubernetes cannot say that it left.
    /// </summary>
    public static bool HasLeft(string node, IReadOnlyDictionary<string, Resource<NodeSpec>> calicoNodes, ImmutableHashSet<string> kubernetesNodes)
    {
        ArgumentNullException.ThrowIfNull(calicoNodes);
        ArgumentNullException.ThrowIfNull(kubernetesNodes);
        var calico = calicoNodes.GetValueOrDefault(node);
        return !kubernetesNodes.Contains(KubernetesName(node, calico)) && (calico is null || Reference(calico) is not null);
    }

    public static string? Reference(Resource<NodeSpec>? calico) =>
        calico?.Spec.OrchRefs?.FirstOrDefault(reference => reference.Orchestrator == Kubernetes) is { } found ? found.NodeName ?? calico.Metadata.Name : null;
}
