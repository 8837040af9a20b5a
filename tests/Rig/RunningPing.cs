using System.Globalization;
using System.Text.RegularExpressions;
using Calico.Model.Net;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Processes;

namespace Calico.Tests.Rig;

/// <summary>A ping in the background that counts what is lost.</summary>
public sealed partial class RunningPing : IAsyncDisposable
{
    private readonly Daemon _process;

    private RunningPing(Daemon process) => _process = process;

    public static RunningPing Start(NetworkNamespace from, IpAddress to, double interval)
    {
        ArgumentNullException.ThrowIfNull(from);
        var command = new Command("ping", "-n", "-q", "-i", interval.ToString(CultureInfo.InvariantCulture), to.ToString());
        return new RunningPing(Daemon.Start(from.Enter(command)));
    }

    /// <summary>Stops the ping; returns how many requests went out and how many were answered.</summary>
    public async Task<(int Sent, int Received)> StopAsync()
    {
        // ping prints its summary on SIGINT.
        await _process.SignalAsync("INT");
        await Wait.UntilAsync(() => !_process.IsRunning && Summary().Success, TimeSpan.FromSeconds(5), "ping's summary");
        var summary = Summary();
        return (Number(summary.Groups[1]), Number(summary.Groups[2]));
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private Match Summary() => SummaryPattern().Match(_process.LogTail);

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(\d+) packets transmitted, (\d+) received")]
    private static partial Regex SummaryPattern();
}
