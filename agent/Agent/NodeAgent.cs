using Calico.Agent.Api;
using Calico.Agent.Api.Outage;
using Calico.Agent.Dataplane;
using Calico.Agent.Dataplane.Endpoints;
using Calico.Agent.Health;
using Calico.Agent.Host;
using Calico.Agent.Kubernetes;
using Calico.Agent.Metrics;
using Calico.Agent.Options;
using Calico.Agent.Policy;
using Calico.Agent.Routing;
using Calico.Agent.Startup;
using Calico.Agent.Status;
using Calico.Agent.Store;
using Calico.Agent.Waiting;
using Calico.Cni.Protocol;
using Calico.Hosting;
using Calico.Ipam.Core;
using Calico.Ipam.Core.Collection;
using Calico.Ipam.Delegate;
using Calico.Store.Etcd;
using Microsoft.Extensions.Logging;

namespace Calico.Agent;

/// <summary>The parts of the agent put together: start-up, then the socket, the store's follower, routing and health side by side until told to stop.</summary>
internal sealed class NodeAgent(AgentOptions options, ILoggerFactory logs, TimeProvider time)
{
    /// <summary>Below the server's deadline for a request (25 s), so that the caller hears what the store did not do.</summary>
    private static readonly TimeSpan BatchDeadline = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan ReapDeadline = TimeSpan.FromSeconds(5);
    private readonly ILogger _log = logs.CreateLogger("agent");

    /// <param name="stopping">First the socket goes and what is under way ends; then everything else. BIRD and the kernel stay as they are.</param>
    public async Task RunAsync(CancellationToken stopping)
    {
        AgentLog.Starting(_log, AgentVersion.Text, options.NodeName, string.Join(", ", options.Etcd.Endpoints));
        foreach (var variable in options.UnknownVariables)
        {
            AgentLog.UnknownVariable(_log, variable);
        }

        Directory.CreateDirectory(options.RunDirectory);
        await using var store = new EtcdClient(options.Etcd, logs.CreateLogger("store"), time);
        using var driver = new BirdDriver(options.Bird, logs.CreateLogger("routing"));
        using var cluster = ClusterSide.Create(options, logs, time);
        using var background = new CancellationTokenSource();

        // BIRD is looked after before the datastore is there: with the configuration of the last time it can route through an outage.
        var bird = options.RunsBird ? new BirdSupervisor(driver, logs.CreateLogger("routing"), time) : null;
        List<Task> early = bird is null ? [] : [bird.RunAsync(background.Token)];
        if (cluster is not null)
        {
            early.Add(cluster.RunAsync(background.Token));
        }

        try
        {
            var startup = new NodeStartup(options, store, cluster?.Node, _log, time);
            var setUp = startup.RunAsync(stopping);
            if (await Task.WhenAny(setUp, startup.Waiting) == setUp)
            {
                await setUp;
            }

            await ServeAsync(store, driver, bird, cluster, [UnlessItFailsAsync(setUp, background.Token), .. early], background, stopping);
        }
        finally
        {
            await background.CancelAsync();
            foreach (var task in early)
            {
                await EndAsync(task);
            }

            if (cluster is not null && stopping.IsCancellationRequested)
            {
                await cluster.EndAsync();
            }
        }
    }

    private async Task ServeAsync(
        EtcdClient store,
        BirdDriver driver,
        BirdSupervisor? bird,
        ClusterSide? cluster,
        IEnumerable<Task> early,
        CancellationTokenSource background,
        CancellationToken stopping)
    {
        // Listed before the follower reads the endpoints: see DeviceReaper.Sweep.
        var devices = PodDevice.All(options.InterfacePrefixes);
        if (options.Dataplane is null)
        {
            ApplySettings(devices); // else the dataplane does
        }

        using var ipam = new IpamClient(store, new IpamOptions { Deadline = BatchDeadline }, time);
        var reaper = new DeviceReaper(_log);
        var allocator = new NodeAllocator(ipam, ipam.CommitAsync, logs.CreateLogger("ipam"));
        var feed = new PolicyFeed(options.NodeName, logs.CreateLogger("policy"), time);
        var dataplane = Dataplane(feed);
        var answerer = new ProgressAnswerer(store, options.NodeName, () => new NodeProgress(dataplane?.Status, feed.Problems), _log, time);
        var overlay = new EndpointOverlay();
        var (outageLog, outageOptions) = (logs.CreateLogger("outage"), new OutageOptions { Reserve = options.Reserve, JournalFile = options.JournalFile });
        using var outage = new OutageState(outageOptions, overlay, outageLog, time);
        var recovery = new OutageRecovery(outage, ipam.CommitAsync, store, options.NodeName, outageOptions, outageLog, time);
        var follower = new StoreFollower(store, options.NodeName, ipam, overlay, dataplane is null ? null : feed, _log)
        {
            Answerer = answerer,
            ReserveChanged = recovery.InputsChanged,
        };
        (overlay.Stored, overlay.InSync) = (follower.FindEndpoint, () => follower.IsInSync);
        var status = new StatusWriter(options, dataplane, feed, outage, _log, time);
        outage.StatusChanged = status.Changed;
        var token = background.Token;
        var reaping = reaper.RunAsync(token);
        List<Task> others =
        [
            reaping,
            status.RunAsync(token),
            allocator.RunAsync(token),
            answerer.RunAsync(token),
            recovery.RunAsync(token),
            follower.RunAsync(endpoints => reaper.Sweep(devices, endpoints), token),
            new InquiryAnswerer(store, options.NodeName, AddressUse.Evidence, logs.CreateLogger("ipam"), time).RunAsync(token),
            new RoutingLoop(options, follower, driver, status, logs.CreateLogger("routing"), time).RunAsync(token),
            .. early,
        ];

        var readiness = new Readiness(() => follower.IsInSync, () => dataplane?.Status.HasApplied ?? true, bird, time);
        var metrics = new AgentMetrics(() => Figures(store, follower, readiness, dataplane, bird, feed, status, outage), time);
        if (dataplane is not null)
        {
            others.Add(RunAsync(dataplane, status, metrics, token));
        }

        if (cluster is not null)
        {
            others.Add(cluster.AnnounceAsync(readiness.WhyNoPods, token));
        }

        others.AddRange(Probes(readiness, metrics).Select(probe => probe.RunAsync(token)));
        using var serving = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var handler = new IpamDelegate(new OutageAllocator(allocator, outage, outageOptions, time), options.NodeName, cluster?.Pods);
        var ready = dataplane is null ? null : new EndpointReadiness(dataplane, ipam, overlay, options.NodeName, _log);
        var listening = Server((request, cancelled) => metrics.MeasureAsync(request, handler.HandleAsync, cancelled), reaper, ready).RunAsync(null, serving.Token);
        var first = await Task.WhenAny([listening, .. others]);
        AgentLog.Stopping(_log);
        await serving.CancelAsync();
        await EndAsync(listening);
        await EndAsync(reaper, reaping);
        await background.CancelAsync();
        foreach (var task in others)
        {
            await EndAsync(task);
        }

        if (!stopping.IsCancellationRequested)
        {
            await first; // a part that ended by itself: its exception is the reason to end
        }
    }

    /// <summary>Ends only with a failure.</summary>
    private async Task UnlessItFailsAsync(Task setUp, CancellationToken cancellationToken)
    {
        await setUp;
        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
    }

    private async Task EndAsync(DeviceReaper reaper, Task reaping)
    {
        reaper.Complete();
        await Task.WhenAny(reaping, Task.Delay(ReapDeadline, time, CancellationToken.None));
    }

    private static AgentFigures Figures(
        EtcdClient store, StoreFollower follower, Readiness readiness, DataplaneLoop? dataplane, BirdSupervisor? bird, PolicyFeed feed, StatusWriter status, OutageState outage) => new()
    {
        IsInSync = follower.IsInSync,
        IsReady = readiness.WhyNot() is null,
        Resyncs = follower.Resyncs,
        IsStoreConnected = store.IsConnected,
        StoreFailures = store.Failures,
        Outage = outage.Status,
        Dataplane = dataplane?.Status,
        Sessions = bird?.Sessions ?? [],
        ObjectProblems = feed.Problems.Count,
        RoutingProblems = status.RoutingProblems.Count,
    };

    private DataplaneLoop? Dataplane(PolicyFeed feed)
    {
        var log = logs.CreateLogger("policy");
        if (options.Dataplane is not { } settings)
        {
            PolicyLog.NotEnforced(log);
            return null;
        }

        var loop = DataplaneFactory.Create(settings, feed.Take, log, time);
        feed.Changed = loop.Wake;
        return loop;
    }

    /// <summary>Someone may have changed them while no agent ran.</summary>
    private void ApplySettings(IReadOnlyList<PodDevice> devices)
    {
        var settings = new EndpointSettings(_log);
        foreach (var device in devices)
        {
            settings.Apply(device.Name, options.SetsUpIPv6 && EndpointSettings.HasIPv6(device.Name));
        }
    }

    private static Task RunAsync(DataplaneLoop dataplane, StatusWriter status, AgentMetrics metrics, CancellationToken cancellationToken)
    {
        var garbage = new StartupGarbage();
        dataplane.Applied = () =>
        {
            status.Changed();
            metrics.Applied(dataplane.Status);
            if (dataplane.Status.HasApplied)
            {
                garbage.GiveBack();
            }
        };
        return dataplane.RunAsync(cancellationToken);
    }

    private IEnumerable<ProbeServer> Probes(Readiness readiness, AgentMetrics metrics)
    {
        if (options.Health is { } health)
        {
            yield return new ProbeServer(health, new Dictionary<string, Func<ProbeReply>>
            {
                ["/liveness"] = () => ProbeReply.Alive,
                ["/readiness"] = () => ProbeReply.Ready(readiness.WhyNot()),
                ["/metrics"] = metrics.Reply,
            }, _log);
        }

        if (options.Metrics is { } endPoint)
        {
            yield return new ProbeServer(endPoint, new Dictionary<string, Func<ProbeReply>> { ["/metrics"] = metrics.Reply }, _log);
        }
    }

    private AgentServer Server(Func<PluginRequest, CancellationToken, Task<CniResult?>> handle, DeviceReaper reaper, EndpointReadiness? readiness)
    {
        var server = new AgentServerOptions { SocketPath = options.Socket };
        return new AgentServer(server, handle, reaper, logs.CreateLogger("api"), time, readiness);
    }

    /// <summary>Waits for a part that was told to end; the first failure is reported by the caller, a later one here.</summary>
    private async Task EndAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException)
        {
            // Its normal end.
        }
        catch (Exception e)
        {
            AgentLog.CannotGoOn(_log, e.Message, e);
        }
    }
}
