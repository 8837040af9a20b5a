using System.Collections;
using Microsoft.Win32.SafeHandles;

namespace Calico.Cni.Protocol;

/// <summary>Gives a <see cref="CniHost"/> the real process: its environment and its first two descriptors, without the Console class.</summary>
public static class CniProcess
{
    private const int StandardInput = 0;
    private const int StandardOutput = 1;

    /// <returns>The exit code.</returns>
    public static int Run(CniHost host, string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(host);
        try
        {
            using var input = Open(StandardInput, FileAccess.Read);
            using var output = Open(StandardOutput, FileAccess.Write);
            var exitCode = host.Run(arguments, Environment(), input, output);

            // A FileStream keeps its own position; asking for the handle moves the descriptor's, so that what a shell appends to the same
            // file comes after our text.
            _ = output.CanSeek ? output.SafeFileHandle : null;
            return exitCode;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Nobody reads our output any more, so there is nobody to tell.
            return 1;
        }
    }

    private static FileStream Open(int descriptor, FileAccess access) =>
        new(new SafeFileHandle(descriptor, ownsHandle: false), access, bufferSize: 0);

    /// <summary>The environment of this process.</summary>
    public static IReadOnlyDictionary<string, string> Environment()
    {
        var variables = new Dictionary<string, string>();
#pragma warning disable RS0030 // This is the door of both plugins.
        foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
#pragma warning restore RS0030
        {
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        return variables;
    }
}
