namespace Calico.Model.Kubernetes;

/// <summary>An address of a pod.</summary>
public sealed record PodAddress
{
    public required string Ip { get; init; }
}
