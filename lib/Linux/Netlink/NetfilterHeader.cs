using System.Runtime.InteropServices;

namespace Calico.Linux.Netlink;

/// <summary>struct nfgenmsg: what each message of netfilter begins with, conntrack's and nftables'.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NetfilterHeader
{
    internal const int Length = 4;

    internal byte Family;
    internal byte Version;
    internal ushort Resource;
}
