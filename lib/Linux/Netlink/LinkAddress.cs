using Calico.Model.Net;

namespace Calico.Linux.Netlink;

/// <summary>An address on a device.</summary>
/// <param name="Scope">RT_SCOPE: 0 global, 253 link, 254 host (<see cref="RouteScope"/>).</param>
/// <param name="Flags">IFA_F_*: 0x80 permanent, 0x40 tentative, 0x08 duplicate.</param>
public sealed record LinkAddress(int IfIndex, InterfaceAddress Address, RouteScope Scope, uint Flags)
{
    private const uint Tentative = 0x40;
    private const uint DuplicateFound = 0x08;

    /// <summary>Duplicate address detection has ended well, or was not needed.</summary>
    public bool IsUsable => (Flags & (Tentative | DuplicateFound)) == 0;
}
