using System.Text.Json.Serialization;

namespace Calico.Model.Kubernetes;

public sealed record LeaseSpec
{
    public string? HolderIdentity { get; init; }

    /// <summary>Seconds that the holder has after <see cref="RenewTime"/>.</summary>
    public int? LeaseDurationSeconds { get; init; }

    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? AcquireTime { get; init; }

    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? RenewTime { get; init; }

    public int? LeaseTransitions { get; init; }
}
