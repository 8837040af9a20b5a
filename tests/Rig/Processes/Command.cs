using System.Diagnostics;

namespace Calico.Tests.Rig.Processes;

/// <summary>Runs one child process to its end, with a deadline.</summary>
public sealed record Command(string File, params IReadOnlyList<string> Arguments)
{
    private const int Killed = 128 + 9;

    public string Stdin { get; init; } = "";

    /// <summary>Variables set on top of (or, with <see cref="CleanEnvironment"/>, instead of) our own environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public bool CleanEnvironment { get; init; }

    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>SIGKILL the process this long after its start, if it still runs.</summary>
    public TimeSpan? KillAfter { get; init; }

    public override string ToString() => $"{File} {string.Join(' ', Arguments)}";

    public async Task<CommandOutcome> RunAsync(CancellationToken cancellationToken = default)
    {
        var clock = Stopwatch.StartNew();
        using var process = Start();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(KillAfter ?? Deadline);
        var stdout = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var stderr = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await WriteStdinAsync(process);
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            if (KillAfter is null)
            {
                throw new TimeoutException($"'{this}' did not end within {Deadline.TotalSeconds} s and was killed");
            }

            if (process.ExitCode == Killed)
            {
                return new CommandOutcome(ToString(), process.ExitCode, "", "", clock.Elapsed);
            }

            // It ended by itself in the same instant.
        }

        return new CommandOutcome(ToString(), process.ExitCode, await stdout, await stderr, clock.Elapsed);
    }

    /// <summary>Runs the command and throws unless it ends with 0; returns what it wrote.</summary>
    public async Task<string> OutputAsync(CancellationToken cancellationToken = default) =>
        (await RunAsync(cancellationToken)).OrThrow().Stdout;

    internal ProcessStartInfo ToStartInfo()
    {
        var start = new ProcessStartInfo(File, Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (CleanEnvironment)
        {
            start.Environment.Clear();
        }

        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private Process Start() =>
        Process.Start(ToStartInfo()) ?? throw new InvalidOperationException($"'{this}' did not start");

    private async Task WriteStdinAsync(Process process)
    {
        try
        {
            await process.StandardInput.WriteAsync(Stdin);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A child that ends without reading its input closes the pipe; its exit code tells the story.
        }
    }
}
