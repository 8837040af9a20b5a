using Calico.Linux.Interop;

namespace Calico.Linux;

/// <summary>
/// Runs one child to its end on the calling thread: input written, output and errors read, one deadline for all. By posix_spawn, which
/// does not copy page tables, and without the framework's Process, which would cost `calico` its start-up time.
/// </summary>
public static class SpawnedProcess
{
    private const int MaxOutput = 16 * 1024 * 1024;

    /// <param name="environment">The whole environment, <c>NAME=value</c>.</param>
    /// <param name="meanwhile">Done while the child works: its input is written, as far as a pipe takes it (64 KiB).</param>
    /// <exception cref="FileNotFoundException">There is no such program.</exception>
    /// <exception cref="IOException">It cannot be started.</exception>
    public static SpawnResult Run(
        string program,
        ReadOnlySpan<string> arguments,
        IReadOnlyCollection<string> environment,
        ReadOnlyMemory<byte> input,
        TimeSpan deadline,
        Action? meanwhile = null)
    {
        // A child that ends without reading its input must not end us as well.
        const nint Ignore = 1;
        _ = Libc.Signal(Libc.PipeSignal, Ignore);

        using var stdin = new Pipe();
        using var stdout = new Pipe();
        using var stderr = new Pipe();
        var pid = SpawnCall.Start(program, arguments, environment, stdin.ReadEnd, stdout.WriteEnd, stderr.WriteEnd);
        stdin.CloseReadEnd();
        stdout.CloseWriteEnd();
        stderr.CloseWriteEnd();
        var exchange = new PipeExchange(stdin, stdout, stderr, input, MaxOutput);
        exchange.Begin();
        meanwhile?.Invoke();

        var until = Environment.TickCount64 + (long)deadline.TotalMilliseconds;
        var inTime = exchange.Run(until);
        var (exitCode, exitedInTime) = Wait(pid, inTime ? until : 0);
        return new SpawnResult(exitCode, !(inTime && exitedInTime), exchange.Output.ToArray(), exchange.Errors.ToArray());
    }

    private static (int ExitCode, bool InTime) Wait(int pid, long until)
    {
        while (true)
        {
            var done = Libc.WaitPid(pid, out var status, Libc.WaitNoHang);
            if (done == pid)
            {
                return (ExitCode(status), true);
            }

            if (done < 0 && Errno.Last != Errno.Interrupted)
            {
                throw Errno.Failure($"wait for process {pid}");
            }

            if (Environment.TickCount64 >= until)
            {
                _ = Libc.Kill(pid, Libc.KillSignal);
                _ = Libc.WaitPid(pid, out status, 0);
                return (ExitCode(status), false);
            }

            _ = Libc.Poll([], 0, 1); // its pipes are closed, so it is ending
        }
    }

    private static int ExitCode(int status)
    {
        var signal = status & 0x7f;
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal;
    }
}
