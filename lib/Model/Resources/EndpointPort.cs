using Calico.Model.Json;

namespace Calico.Model.Resources;

/// <summary>A named port of an endpoint.</summary>
public sealed record EndpointPort : JsonObjectRecord
{
    public required string Name { get; init; }

    public required string Protocol { get; init; }

    public int Port { get; init; }

    public int? HostPort { get; init; }

    public string? HostIP { get; init; }
}
