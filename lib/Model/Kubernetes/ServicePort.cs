using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

public sealed record ServicePort
{
    [AllowNull]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>TCP, UDP or SCTP.</summary>
    [AllowNull]
    public string Protocol { get; init => field = value ?? "TCP"; } = "TCP";

    public int Port { get; init; }

    public IntOrString? TargetPort { get; init; }

    /// <summary>0 when the nodes do not forward a port of theirs.</summary>
    public int NodePort { get; init; }
}
