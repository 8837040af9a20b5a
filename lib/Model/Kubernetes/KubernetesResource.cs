namespace Calico.Model.Kubernetes;

/// <summary>An object of the Kubernetes API. Of each kind we know only the fields we use; the others are dropped on reading.</summary>
/// <remarks>Compared by value: metadata and pods, nodes, namespaces and service accounts. All other kinds hold lists that are compared by reference: compare UID and generation.</remarks>
public abstract record KubernetesResource
{
    public required KubernetesMetadata Metadata { get; init; }
}
