using System.Diagnostics.CodeAnalysis;
using Calico.Linux.Interop;

namespace Calico.Linux;

public static class CurrentProcess
{
    /// <summary>
    /// Sets a variable where native libraries look for it. <see cref="Environment.SetEnvironmentVariable(string, string?)"/> changes only .NET's own copy.
    /// Not safe while other threads read the environment: to be called first thing in a program.
    /// </summary>
    /// <exception cref="ArgumentException">The name is empty or holds an equals sign.</exception>
    public static void SetNativeEnvironment(string name, string value)
    {
        const int Overwrite = 1;
        if (Libc.SetEnv(name, value, Overwrite) != 0)
        {
            throw new ArgumentException($"'{name}' cannot be the name of an environment variable", nameof(name));
        }
    }

    /// <summary>Ends the process at once (_exit(2)): no finalizers, no exit handlers, no buffers flushed.</summary>
    [DoesNotReturn]
    public static void Exit(int exitCode)
    {
        Libc.Exit(exitCode);
        throw new InvalidOperationException("_exit does not return");
    }
}
