using Calico.Agent.Calc.Messages;
using Calico.Linux.Netlink;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Dataplane.Endpoints;

/// <summary>
/// Keeps routes and settings of this node's endpoints as the plugin made them: after changes in the store, after changes in the kernel
/// that someone else made, and now and then. Works on a thread of its own, in the namespace in which <see cref="RunAsync"/> was called.
/// </summary>
/// <param name="hostAddressChanged">Called on that thread when an address of a device that is no pod's comes or goes; must be quick.</param>
internal sealed class EndpointRoutes(DataplaneOptions options, Action hostAddressChanged, ILogger log, TimeProvider time)
{
    /// <summary>The plugin writes first: its ADD is through within this time, and several changes are one.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);
    private readonly EndpointWishes _wishes = new();
    private readonly Lock _wakeLock = new();
    private RouteMonitor? _monitor;

    public void OnMessage(DataplaneMessage message)
    {
        if (_wishes.OnMessage(message))
        {
            Wake();
        }
    }

    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.Factory.StartNew(() => Run(cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var kernel = RouteSocket.Open();
                using var monitor = RouteMonitor.Open();
                using var waking = cancellationToken.Register(Wake);
                SetMonitor(monitor);
                Follow(monitor, kernel, cancellationToken);
            }
            catch (NetlinkException e)
            {
                EndpointLog.MonitorFailed(log, RetryPause.TotalSeconds, e.Message);
                cancellationToken.WaitHandle.WaitOne(RetryPause);
            }
            finally
            {
                SetMonitor(null);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private void Follow(RouteMonitor monitor, RouteSocket kernel, CancellationToken cancellationToken)
    {
        var repair = new EndpointRepair(kernel, _wishes, options, log);
        var watch = new EndpointWatch(_wishes, options, hostAddressChanged, log, time);
        watch.AllIsDue();
        List<RouteEvent> events = [];
        Dictionary<string, string> failures = [];
        while (!cancellationToken.IsCancellationRequested)
        {
            events.Clear();
            monitor.Receive(events, watch.UntilNext(Settle));
            watch.OnEvents(events);
            foreach (var device in watch.TakeDue(Settle))
            {
                try
                {
                    repair.Repair(device);
                    failures.Remove(device);
                }
                catch (NetlinkException e)
                {
                    if (!failures.TryGetValue(device, out var last) || last != e.Message)
                    {
                        failures[device] = e.Message;
                        EndpointLog.RoutesFailed(log, device, RetryPause.TotalSeconds, e.Message);
                    }

                    watch.IsDueAgain(device, RetryPause);
                }
            }
        }
    }

    private void Wake()
    {
        lock (_wakeLock)
        {
            _monitor?.Wake();
        }
    }

    private void SetMonitor(RouteMonitor? monitor)
    {
        lock (_wakeLock)
        {
            _monitor = monitor;
        }
    }
}
