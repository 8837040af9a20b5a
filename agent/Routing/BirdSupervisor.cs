using Calico.Agent.Routing.Control;
using Calico.Linux;
using Calico.Linux.Netlink;
using Calico.Model.Net;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Routing;

/// <summary>
/// Keeps one BIRD alive. BIRD is a daemon of its own session, so that it goes on forwarding when the agent ends; the next agent finds it on its
/// control socket and takes it over. Stopping the supervisor leaves BIRD running.
/// </summary>
public sealed class BirdSupervisor(BirdDriver driver, ILogger log, TimeProvider time)
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan HealthyRun = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ConfigurationPoll = TimeSpan.FromMilliseconds(200);
    private readonly SessionWatch _watch = new(driver.Paths.ControlSocket, log, time);

    /// <summary>The sessions as last seen; empty while BIRD is down.</summary>
    public IReadOnlyList<SessionStatus> Sessions => _watch.Sessions;

    public bool IsRunning { get; private set; }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!driver.HasConfiguration)
        {
            await Task.Delay(ConfigurationPoll, time, cancellationToken);
        }

        var pause = TimeSpan.FromSeconds(1);
        while (true)
        {
            var begun = time.GetTimestamp();
            try
            {
                await LiveAsync(cancellationToken);
            }
            catch (Exception e) when (e is IOException or TimeoutException or NetlinkException)
            {
                RoutingLog.StartFailed(log, driver.Paths.Binary, e.Message, pause.TotalSeconds);
                await Task.Delay(pause, time, cancellationToken);
            }

            var wasHealthy = time.GetElapsedTime(begun) > HealthyRun;
            pause = wasHealthy ? TimeSpan.FromSeconds(1) : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }
    }

    /// <summary>One life of BIRD: taken over or started, then watched until it ends.</summary>
    private async Task LiveAsync(CancellationToken cancellationToken)
    {
        using var socket = await driver.ExclusivelyAsync(() => AdoptOrStartAsync(cancellationToken), cancellationToken);
        IsRunning = true;
        using var life = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = _watch.RunAsync(life.Token);
        try
        {
            await socket.WaitForEndAsync(cancellationToken);
        }
        finally
        {
            IsRunning = false;
            await life.CancelAsync();
            await watching;
        }

        RoutingLog.Ended(log);
    }

    private async Task<BirdSocket> AdoptOrStartAsync(CancellationToken cancellationToken)
    {
        var paths = driver.Paths;
        try
        {
            var socket = await BirdSocket.ConnectAsync(paths.ControlSocket, cancellationToken);
            RoutingLog.Adopted(log, paths.ControlSocket);
            await driver.LoadAsync(cancellationToken);
            return socket;
        }
        catch (IOException)
        {
            // Nobody there: it is ours to start.
        }

        // Recovery holds the kernel's routes as they are until the sessions are back. Without routes to keep it would only delay new ones.
        var recover = HasRoutesOfBird();
        string[] arguments = ["-c", paths.ConfigFile, "-s", paths.ControlSocket, "-P", paths.PidFile];
        var started = await CommandRunner.RunAsync(paths.Binary, recover ? [.. arguments, "-R"] : arguments, StartDeadline, null, cancellationToken);
        if (!started.Succeeded)
        {
            throw new IOException($"it ended with code {started.ExitCode}: {started.Message}");
        }

        RoutingLog.Started(log, paths.ControlSocket, recover);
        return await BirdSocket.ConnectAsync(paths.ControlSocket, cancellationToken);
    }

    private static bool HasRoutesOfBird()
    {
        using var kernel = RouteSocket.Open();
        return kernel.Routes(IpFamily.IPv4).Concat(kernel.Routes(IpFamily.IPv6)).Any(route => route.Protocol == Route.BirdProtocol);
    }
}
