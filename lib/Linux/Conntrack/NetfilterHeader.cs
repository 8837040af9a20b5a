using System.Runtime.InteropServices;

namespace Calico.Linux.Conntrack;

/// <summary>struct nfgenmsg</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NetfilterHeader
{
    internal byte Family;
    internal byte Version;
    internal ushort Resource;
}
