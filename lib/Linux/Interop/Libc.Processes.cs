using System.Runtime.InteropServices;

namespace Calico.Linux.Interop;

internal static partial class Libc
{
    internal const int KillSignal = 9;
    internal const int PipeSignal = 13;
    internal const int WaitNoHang = 1;
    internal const int SetParentDeathSignal = 1;

    internal const short PollIn = 1;
    internal const short PollOut = 4;

    internal const short SpawnSetSignalDefault = 4;
    internal const short SpawnSetSignalMask = 8;

    /// <summary>Room for glibc's and musl's opaque posix_spawn structures; the largest has 336 octets.</summary>
    internal const int SpawnStructureSize = 512;

    internal const int SignalSetSize = 128;

    /// <summary>struct pollfd</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct PollFd
    {
        internal int Fd;
        internal short Events;
        internal short Returned;
    }

    [LibraryImport(Library, EntryPoint = "pipe2", SetLastError = true)]
    internal static partial int Pipe(Span<int> ends, int flags);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(Span<PollFd> descriptors, nuint count, int milliseconds);

    [LibraryImport(Library, EntryPoint = "waitpid", SetLastError = true)]
    internal static partial int WaitPid(int pid, out int status, int options);

    [LibraryImport(Library, EntryPoint = "kill", SetLastError = true)]
    internal static partial int Kill(int pid, int signal);

    [LibraryImport(Library, EntryPoint = "signal", SetLastError = true)]
    internal static partial nint Signal(int signal, nint handler);

    [LibraryImport(Library, EntryPoint = "setenv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetEnv(string name, string value, int overwrite);

    [LibraryImport(Library, EntryPoint = "prctl", SetLastError = true)]
    internal static partial int Prctl(int option, nuint value, nuint unused3, nuint unused4, nuint unused5);

    [LibraryImport(Library, EntryPoint = "getppid")]
    internal static partial int GetParentPid();

    [LibraryImport(Library, EntryPoint = "_exit")]
    internal static partial void Exit(int status);

    [LibraryImport(Library, EntryPoint = "posix_spawn")]
    internal static unsafe partial int Spawn(out int pid, byte* path, byte* fileActions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_init")]
    internal static unsafe partial int SpawnFileActionsInit(byte* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_adddup2")]
    internal static unsafe partial int SpawnFileActionsAddDup2(byte* actions, int fd, int newFd);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_destroy")]
    internal static unsafe partial int SpawnFileActionsDestroy(byte* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_init")]
    internal static unsafe partial int SpawnAttributesInit(byte* attributes);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setflags")]
    internal static unsafe partial int SpawnAttributesSetFlags(byte* attributes, short flags);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigdefault")]
    internal static unsafe partial int SpawnAttributesSetSignalDefault(byte* attributes, byte* signals);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigmask")]
    internal static unsafe partial int SpawnAttributesSetSignalMask(byte* attributes, byte* signals);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_destroy")]
    internal static unsafe partial int SpawnAttributesDestroy(byte* attributes);
}
