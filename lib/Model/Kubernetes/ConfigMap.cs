using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

/// <summary>A config map (core v1).</summary>
public sealed record ConfigMap : KubernetesResource
{
    public bool? Immutable { get; init; }

    [AllowNull]
    public IReadOnlyDictionary<string, string> Data { get; init => field = value ?? ByValue.NoText; } = ByValue.NoText;

    [AllowNull]
    public IReadOnlyDictionary<string, byte[]> BinaryData { get; init => field = value ?? ByValue.NoBytes; } = ByValue.NoBytes;
}
