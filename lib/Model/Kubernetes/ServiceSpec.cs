using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

public sealed record ServiceSpec
{
    /// <summary>ClusterIP, NodePort, LoadBalancer or ExternalName.</summary>
    [AllowNull]
    public string Type { get; init => field = value ?? "ClusterIP"; } = "ClusterIP";

    /// <summary>An address of each family; <c>None</c> for a headless service; empty for ExternalName.</summary>
    [AllowNull]
    public IReadOnlyList<string> ClusterIPs { get; init => field = value ?? []; } = [];

    [AllowNull]
    public IReadOnlyList<ServicePort> Ports { get; init => field = value ?? []; } = [];

    [AllowNull]
    public IReadOnlyDictionary<string, string> Selector { get; init => field = value ?? ByValue.NoText; } = ByValue.NoText;
}
