#pragma warning disable RS0030 // the home of child processes
using System.ComponentModel;
using System.Diagnostics;

namespace Calico.Linux;

/// <summary>Runs a child process to its end without holding a thread: for daemons, which have the framework's process class loaded anyway.</summary>
public static class CommandRunner
{
    /// <param name="deadline">The child and its children are killed when it is over.</param>
    /// <exception cref="FileNotFoundException">There is no such program, or it may not be executed.</exception>
    /// <exception cref="TimeoutException">The child did not end in time.</exception>
    public static async Task<CommandResult> RunAsync(
        string program, IReadOnlyList<string> arguments, TimeSpan deadline, string? input = null, CancellationToken cancellationToken = default)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        Start(process, program);
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        until.CancelAfter(deadline);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(until.Token);
            var errors = process.StandardError.ReadToEndAsync(until.Token);
            await WriteInputAsync(process.StandardInput, input, until.Token);
            await process.WaitForExitAsync(until.Token);
            return new CommandResult(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {deadline.TotalSeconds:0.#} s and was killed");
        }
    }

    private static void Start(Process process, string program)
    {
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw new FileNotFoundException($"{program} cannot be executed: {e.Message}", program, e);
        }
    }

    private static async Task WriteInputAsync(StreamWriter stdin, string? input, CancellationToken cancellationToken)
    {
        try
        {
            await using (stdin)
            {
                await stdin.WriteAsync((input ?? "").AsMemory(), cancellationToken);
            }
        }
        catch (IOException)
        {
            // The child ended, or closed its input, without reading all of it; its exit code tells the rest.
        }
    }
}
