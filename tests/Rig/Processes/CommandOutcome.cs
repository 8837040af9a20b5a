namespace Calico.Tests.Rig.Processes;

/// <summary>How a child process ended. <see cref="ExitCode"/> is 128 + the signal when a signal ended it.</summary>
public sealed record CommandOutcome(string CommandLine, int ExitCode, string Stdout, string Stderr, TimeSpan Elapsed)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>This outcome, or an exception that names the command and what it said.</summary>
    public CommandOutcome OrThrow() => Succeeded
        ? this
        : throw new InvalidOperationException($"'{CommandLine}' ended with {ExitCode}: {Stderr.Trim()} {Stdout.Trim()}");
}
