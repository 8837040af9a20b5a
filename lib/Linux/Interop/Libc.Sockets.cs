using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Calico.Linux.Interop;

internal static partial class Libc
{
    internal const int AddressFamilyUnix = 1;
    internal const int AddressFamilyInet = 2;
    internal const int AddressFamilyInet6 = 10;
    internal const int AddressFamilyNetlink = 16;

    internal const int SocketStream = 1;
    internal const int SocketRaw = 3;
    internal const int SocketCloseOnExec = 0x80000;

    internal const int LevelSocket = 1;
    internal const int OptionReceiveTimeout = 20;
    internal const int OptionReceiveBufferForce = 33;
    internal const int OptionSendTimeout = 21;

    internal const int MessageTruncate = 0x20;
    internal const int MessageDontWait = 0x40;
    internal const int MessageNoSignal = 0x4000;

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    internal static partial int Socket(int domain, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    internal static partial int SetSocketOption(SafeFileHandle socket, int level, int option, ReadOnlySpan<byte> value, uint length);

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    internal static partial int Bind(SafeFileHandle socket, ReadOnlySpan<byte> address, uint length);

    [LibraryImport(Library, EntryPoint = "connect", SetLastError = true)]
    internal static partial int Connect(SafeFileHandle socket, ReadOnlySpan<byte> address, uint length);

    [LibraryImport(Library, EntryPoint = "send", SetLastError = true)]
    internal static partial nint Send(SafeFileHandle socket, ReadOnlySpan<byte> buffer, nuint length, int flags);

    [LibraryImport(Library, EntryPoint = "recv", SetLastError = true)]
    internal static partial nint Receive(SafeFileHandle socket, Span<byte> buffer, nuint length, int flags);
}
