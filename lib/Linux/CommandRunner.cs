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
    public static Task<CommandResult> RunAsync(
        string program, IReadOnlyList<string> arguments, TimeSpan deadline, string? input = null, CancellationToken cancellationToken = default) =>
        RunAsync(program, arguments, deadline, input, ReadAllAsync, _ => { }, cancellationToken);

    /// <param name="onStart">Gets the child's process id.</param>
    /// <inheritdoc cref="RunAsync(string, IReadOnlyList{string}, TimeSpan, string?, CancellationToken)"/>
    public static Task<CommandResult> RunAsync(
        string program, IReadOnlyList<string> arguments, TimeSpan deadline, string? input, Action<int> onStart, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(onStart);
        return RunAsync(program, arguments, deadline, input, ReadAllAsync, onStart, cancellationToken);
    }

    /// <summary>As the other, but what the child writes is handed on line by line and not kept: for output of many megabytes.</summary>
    /// <returns>Without the output.</returns>
    /// <inheritdoc cref="RunAsync(string, IReadOnlyList{string}, TimeSpan, string?, CancellationToken)"/>
    public static Task<CommandResult> RunByLineAsync(
        string program, IReadOnlyList<string> arguments, TimeSpan deadline, Action<string> onLine, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(onLine);
        return RunAsync(program, arguments, deadline, null, ReadAsync, _ => { }, cancellationToken);

        async Task<string> ReadAsync(StreamReader output, CancellationToken until)
        {
            while (await output.ReadLineAsync(until) is { } line)
            {
                onLine(line);
            }

            return "";
        }
    }

    private static async Task<CommandResult> RunAsync(
        string program,
        IReadOnlyList<string> arguments,
        TimeSpan deadline,
        string? input,
        Func<StreamReader, CancellationToken, Task<string>> readOutput,
        Action<int> onStart,
        CancellationToken cancellationToken)
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
        onStart(process.Id);
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        until.CancelAfter(deadline);
        try
        {
            var output = readOutput(process.StandardOutput, until.Token);
            var errors = ReadAllAsync(process.StandardError, until.Token);
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

    private static Task<string> ReadAllAsync(StreamReader output, CancellationToken cancellationToken) => output.ReadToEndAsync(cancellationToken);

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
