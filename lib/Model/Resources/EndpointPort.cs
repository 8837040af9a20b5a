using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Resources;

/// <summary>A named port of an endpoint.</summary>
public sealed record EndpointPort : JsonObjectRecord
{
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("protocol")]
    public required string Protocol { get; init; }

    [JsonPropertyName("port")]
    public int Port { get; init; }

    [JsonPropertyName("hostPort")]
    public int? HostPort { get; init; }

    [JsonPropertyName("hostIP")]
    public string? HostIP { get; init; }
}
