using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Calico.Ipam.Plugin;

/// <summary>Whose process listens at the other end of a Unix socket, by the kernel's word (SO_PEERCRED, unix(7)): any process of the host may take an abstract name.</summary>
internal static class PeerUser
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;
    private const uint Root = 0;

    public static bool IsOurs(Socket socket)
    {
        // struct ucred: process, user, group, 32 bits each.
        Span<uint> credentials = stackalloc uint[3];
        socket.GetRawSocketOption(SolSocket, SoPeerCred, MemoryMarshal.AsBytes(credentials));
        return credentials[1] == Root;
    }
}
