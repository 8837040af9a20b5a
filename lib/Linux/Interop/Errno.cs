using System.Runtime.InteropServices;

namespace Calico.Linux.Interop;

/// <summary>The error numbers we decide by (errno(3)).</summary>
internal static class Errno
{
    internal const int NotPermitted = 1;
    internal const int NoEntry = 2;
    internal const int NoProcess = 3;
    internal const int Interrupted = 4;
    internal const int TryAgain = 11;
    internal const int Exists = 17;
    internal const int NoDevice = 19;
    internal const int Invalid = 22;
    internal const int AddressNotAvailable = 99;
    internal const int NetworkUnreachable = 101;
    internal const int NoBufferSpace = 105;
    internal const int HostUnreachable = 113;

    internal static int Last => Marshal.GetLastPInvokeError();

    internal static string Describe(int errno) => Marshal.GetPInvokeErrorMessage(errno);

    /// <summary>An exception for the last failed call; <paramref name="attempt"/> says what was tried with which object.</summary>
    internal static IOException Failure(string attempt) => Failure(attempt, Last);

    internal static IOException Failure(string attempt, int errno) => errno == NoEntry
        ? new FileNotFoundException($"{attempt}: {Describe(errno)}")
        : new IOException($"{attempt}: {Describe(errno)} (errno {errno})", errno);
}
