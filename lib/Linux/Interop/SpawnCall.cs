using System.Runtime.InteropServices;

namespace Calico.Linux.Interop;

/// <summary>The one call of posix_spawn, with its C structures.</summary>
internal static class SpawnCall
{
    /// <returns>The child's process ID.</returns>
    internal static unsafe int Start(
        string program, ReadOnlySpan<string> arguments, IReadOnlyCollection<string> environment, int stdin, int stdout, int stderr)
    {
        var actions = stackalloc byte[Libc.SpawnStructureSize];
        var attributes = stackalloc byte[Libc.SpawnStructureSize];
        var noSignals = stackalloc byte[Libc.SignalSetSize];
        var allSignals = stackalloc byte[Libc.SignalSetSize];
        new Span<byte>(noSignals, Libc.SignalSetSize).Clear();
        new Span<byte>(allSignals, Libc.SignalSetSize).Fill(0xff);
        _ = Libc.SpawnFileActionsInit(actions);
        _ = Libc.SpawnAttributesInit(attributes);
        var strings = new List<nint>();
        try
        {
            _ = Libc.SpawnFileActionsAddDup2(actions, stdin, RawFile.StandardInput);
            _ = Libc.SpawnFileActionsAddDup2(actions, stdout, RawFile.StandardOutput);
            _ = Libc.SpawnFileActionsAddDup2(actions, stderr, RawFile.StandardError);

            // The runtime ignores or handles signals that a program expects to find at their defaults.
            _ = Libc.SpawnAttributesSetFlags(attributes, Libc.SpawnSetSignalDefault | Libc.SpawnSetSignalMask);
            _ = Libc.SpawnAttributesSetSignalDefault(attributes, allSignals);
            _ = Libc.SpawnAttributesSetSignalMask(attributes, noSignals);

            var path = (byte*)Text(program, strings);
            var argv = stackalloc byte*[arguments.Length + 2];
            argv[0] = path;
            for (var i = 0; i < arguments.Length; i++)
            {
                argv[i + 1] = (byte*)Text(arguments[i], strings);
            }

            argv[arguments.Length + 1] = null;
            var envp = stackalloc byte*[environment.Count + 1];
            var next = 0;
            foreach (var variable in environment)
            {
                envp[next++] = (byte*)Text(variable, strings);
            }

            envp[next] = null;
            var errno = Libc.Spawn(out var pid, path, actions, attributes, argv, envp);
            return errno == 0 ? pid : throw Errno.Failure($"start {program}", errno);
        }
        finally
        {
            strings.ForEach(Marshal.FreeCoTaskMem);
            _ = Libc.SpawnFileActionsDestroy(actions);
            _ = Libc.SpawnAttributesDestroy(attributes);
        }
    }

    private static nint Text(string text, List<nint> owned)
    {
        var pointer = Marshal.StringToCoTaskMemUTF8(text);
        owned.Add(pointer);
        return pointer;
    }
}
