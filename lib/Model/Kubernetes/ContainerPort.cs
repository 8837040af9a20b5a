using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Calico.Model.Kubernetes;

/// <summary>A port that a container says it listens on.</summary>
public sealed record ContainerPort
{
    /// <summary>Empty when the port has no name.</summary>
    [AllowNull]
    public string Name { get; init => field = value ?? ""; } = "";

    [JsonPropertyName("containerPort")]
    public int Port { get; init; }

    /// <summary>TCP, UDP or SCTP.</summary>
    [AllowNull]
    public string Protocol { get; init => field = value ?? "TCP"; } = "TCP";

    /// <summary>0 when the node does not forward a port of its own.</summary>
    public int HostPort { get; init; }

    [AllowNull]
    public string HostIP { get; init => field = value ?? ""; } = "";
}
