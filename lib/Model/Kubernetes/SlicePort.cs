using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

public sealed record SlicePort
{
    [AllowNull]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>TCP, UDP or SCTP.</summary>
    [AllowNull]
    public string Protocol { get; init => field = value ?? "TCP"; } = "TCP";

    /// <summary>Null is every port.</summary>
    public int? Port { get; init; }
}
