using Calico.Model.Net;

namespace Calico.Agent.Options;

/// <summary>The pool that is made when the cluster has none of its family.</summary>
/// <param name="Cidr">Null: pick one.</param>
/// <param name="IpipMode">Null for IPv6, which has none.</param>
internal sealed record PoolOptions(
    IpFamily Family, Cidr? Cidr, int BlockSize, bool NatOutgoing, string NodeSelector, bool DisableBgpExport, string? IpipMode, string VxlanMode);
