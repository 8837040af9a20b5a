using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

public sealed record NetworkPolicyPort
{
    /// <summary>TCP, UDP or SCTP; absent is TCP.</summary>
    [AllowNull]
    public string Protocol { get; init => field = value ?? "TCP"; } = "TCP";

    /// <summary>A number or the name of a container's port; null is every port.</summary>
    public IntOrString? Port { get; init; }

    /// <summary>The last port of a range whose first is <see cref="Port"/>.</summary>
    public int? EndPort { get; init; }
}
