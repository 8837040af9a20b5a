using Calico.Linux;
using Calico.Linux.Netlink;
using Calico.Linux.Nftables;

namespace Calico.Agent.Dataplane.Iptables;

/// <summary>
/// Runs <c>iptables-nft-restore</c> without waiting for its last act, the close of its socket, which takes several times longer than the
/// write. One at a time.
/// </summary>
/// <param name="run">Tells the process' id once it runs.</param>
internal sealed class CommitWatch(CommitMonitor monitor, Func<string, IReadOnlyList<string>, string, Action<int>, CancellationToken, Task<CommandResult>> run)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Completes as soon as so many transactions are in force, or the program has ended.</summary>
    /// <returns>The program, which may not have ended.</returns>
    public async Task<Task<CommandResult>> RunAsync(
        string program, IReadOnlyList<string> arguments, string input, int transactions, CancellationToken cancellationToken)
    {
        try
        {
            monitor.Begin();
        }
        catch (NetlinkException)
        {
            transactions = int.MaxValue; // never heard: the program's end counts
        }

        var started = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var end = run(program, arguments, input, started.SetResult, cancellationToken);
        var committed = WaitAsync(started.Task, transactions);
        try
        {
            if (await Task.WhenAny(end, committed) == end || !await committed)
            {
                await Task.WhenAny(end); // how it ended is the caller's to see
            }

            return end;
        }
        finally
        {
            started.TrySetResult(0);
            monitor.Wake();
            await committed;
            monitor.End();
        }
    }

    private async Task<bool> WaitAsync(Task<int> started, int transactions)
    {
        var process = await started;
        return process != 0 && await Task.Run(() => monitor.Wait(process, transactions, Deadline));
    }
}
