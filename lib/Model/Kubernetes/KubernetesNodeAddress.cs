namespace Calico.Model.Kubernetes;

/// <summary>An address of a node and what it is for.</summary>
public sealed record KubernetesNodeAddress
{
    /// <summary>InternalIP, ExternalIP, Hostname, InternalDNS or ExternalDNS.</summary>
    public required string Type { get; init; }

    /// <summary>An address, or for Hostname and the DNS types a name.</summary>
    public required string Address { get; init; }
}
