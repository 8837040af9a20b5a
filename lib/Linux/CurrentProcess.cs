using System.Diagnostics.CodeAnalysis;
using Calico.Linux.Interop;

namespace Calico.Linux;

public static class CurrentProcess
{
    /// <summary>Ends the process at once (_exit(2)): no finalizers, no exit handlers, no buffers flushed.</summary>
    [DoesNotReturn]
    public static void Exit(int exitCode)
    {
        Libc.Exit(exitCode);
        throw new InvalidOperationException("_exit does not return");
    }
}
