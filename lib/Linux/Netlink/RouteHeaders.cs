using System.Runtime.InteropServices;

namespace Calico.Linux.Netlink;

/// <summary>struct ifinfomsg</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LinkHeader
{
    internal byte Family;
    internal byte Pad;
    internal ushort DeviceType;
    internal int Index;
    internal uint Flags;
    internal uint Change;
}

/// <summary>struct ifaddrmsg</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AddressHeader
{
    internal byte Family;
    internal byte PrefixLength;
    internal byte Flags;
    internal byte Scope;
    internal int Index;
}

/// <summary>struct rtmsg</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RouteHeader
{
    internal byte Family;
    internal byte DestinationLength;
    internal byte SourceLength;
    internal byte Tos;
    internal byte Table;
    internal byte Protocol;
    internal byte Scope;
    internal byte Type;
    internal uint Flags;
}

/// <summary>struct ndmsg</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NeighbourHeader
{
    internal byte Family;
    internal byte Pad1;
    internal ushort Pad2;
    internal int Index;
    internal ushort State;
    internal byte Flags;
    internal byte Type;
}

/// <summary>struct rtgenmsg, with the padding every message header has.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GenericHeader
{
    internal byte Family;
    internal byte Pad1;
    internal ushort Pad2;
}
