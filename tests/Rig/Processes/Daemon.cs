using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Calico.Tests.Rig.Processes;

/// <summary>A child process that runs until it is told to stop; its output is kept line by line.</summary>
public sealed class Daemon : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = new();

    private Daemon(Command command)
    {
        _process = new Process { StartInfo = command.ToStartInfo() };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Pid => _process.Id;

    public bool IsRunning => !_process.HasExited;

    public int ExitCode => _process.ExitCode;

    public IReadOnlyCollection<string> Log => _log;

    /// <summary>The last lines, for the message of a failure.</summary>
    public string LogTail => string.Join('\n', _log.TakeLast(30));

    public static Daemon Start(Command command) => new(command);

    /// <summary>Sends a signal by name: TERM, STOP, CONT, HUP.</summary>
    public async Task SignalAsync(string signal) =>
        await new Command("kill", $"-{signal}", Pid.ToString(CultureInfo.InvariantCulture)).OutputAsync();

    public async Task KillAsync()
    {
        if (IsRunning)
        {
            _process.Kill();
        }

        // Not WaitForExitAsync: that waits for the output to close, which a grandchild (BIRD) may hold open.
        await Wait.UntilAsync(() => !IsRunning, TimeSpan.FromSeconds(10), $"the end of process {Pid}");
    }

    /// <summary>SIGTERM, and SIGKILL if the process has not ended after <paramref name="grace"/>. Returns whether it ended by itself.</summary>
    public async Task<bool> TerminateAsync(TimeSpan grace)
    {
        if (!IsRunning)
        {
            return true;
        }

        await SignalAsync("TERM");
        var ended = await Wait.ForAsync(() => !IsRunning, grace);
        if (!ended)
        {
            await KillAsync();
        }

        return ended;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _log.Enqueue(line);
        }
    }
}
