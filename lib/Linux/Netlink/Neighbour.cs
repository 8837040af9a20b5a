using Calico.Model.Net;

namespace Calico.Linux.Netlink;

/// <summary>An entry of the neighbour table (ARP, NDP).</summary>
/// <param name="Mac">Null while it is being resolved.</param>
public sealed record Neighbour(int IfIndex, IpAddress Address, MacAddress? Mac, bool IsPermanent);
