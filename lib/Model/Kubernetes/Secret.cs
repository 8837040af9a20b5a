using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

/// <summary>A secret (core v1).</summary>
public sealed record Secret : KubernetesResource
{
    public string? Type { get; init; }

    public bool? Immutable { get; init; }

    [AllowNull]
    public IReadOnlyDictionary<string, byte[]> Data { get; init => field = value ?? ByValue.NoBytes; } = ByValue.NoBytes;
}
