using System.Text.Json.Serialization;

namespace Calico.Model.Kubernetes;

/// <summary>The same event again and again.</summary>
public sealed record EventSeries
{
    public int Count { get; init; }

    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset LastObservedTime { get; init; }
}
