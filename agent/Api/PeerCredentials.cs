using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Calico.Agent.Api;

/// <summary>Who is at the other end of a Unix socket, by the kernel's word (SO_PEERCRED, unix(7)).</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct PeerCredentials
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    public int ProcessId { get; init; }

    public uint UserId { get; init; }

    public uint GroupId { get; init; }

    /// <summary>Of a connected socket its peer; of a listening one the process that called listen(2).</summary>
    public static PeerCredentials Of(Socket socket)
    {
        Span<byte> bytes = stackalloc byte[Marshal.SizeOf<PeerCredentials>()];
        socket.GetRawSocketOption(SolSocket, SoPeerCred, bytes);
        return MemoryMarshal.Read<PeerCredentials>(bytes);
    }
}
