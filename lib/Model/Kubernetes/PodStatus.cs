using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Calico.Model.Kubernetes;

public sealed record PodStatus
{
    /// <summary>Pending, Running, Succeeded, Failed or Unknown.</summary>
    [AllowNull]
    public string Phase { get; init => field = value ?? ""; } = "";

    [JsonPropertyName("podIP")]
    [AllowNull]
    public string PodIP { get; init => field = value ?? ""; } = "";

    /// <summary>One of each family at most; as the kubelet reported them.</summary>
    [JsonPropertyName("podIPs")]
    [AllowNull]
    public IReadOnlyList<PodAddress> PodIPs { get; init => field = value ?? []; } = [];

    /// <summary>The pod's containers have ended for good; its addresses are free although the object is still there.</summary>
    [JsonIgnore]
    public bool IsFinished => Phase is "Succeeded" or "Failed";

    public bool Equals(PodStatus? other) =>
        other is not null && Phase == other.Phase && PodIP == other.PodIP && PodIPs.SequenceEqual(other.PodIPs);

    public override int GetHashCode() => HashCode.Combine(Phase, PodIP, PodIPs.Count);
}
