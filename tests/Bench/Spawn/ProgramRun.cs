namespace Calico.Tests.Bench.Spawn;

/// <summary>How one run went.</summary>
/// <param name="Start">What was started.</param>
/// <param name="Elapsed">From just before posix_spawn to the return of wait4, by the monotonic clock.</param>
/// <param name="Processor">User and system time of the process and of the children it waited for.</param>
/// <param name="ExitCode">128 + the signal when a signal ended it.</param>
/// <param name="Stdout">Standard output.</param>
/// <param name="Stderr">Standard error.</param>
internal sealed record ProgramRun(ProgramStart Start, TimeSpan Elapsed, TimeSpan Processor, int ExitCode, string Stdout, string Stderr)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>This run, or an exception: the time of a command that fails says nothing.</summary>
    public ProgramRun OrThrow() => Succeeded
        ? this
        : throw new InvalidOperationException(
            $"{Start.Path} ({Start.Environment.GetValueOrDefault("CNI_COMMAND")}) ended with {ExitCode}: {Stdout.Trim()} {Stderr.Trim()}");
}
