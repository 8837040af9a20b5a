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
        using var parts = new Parts(_log);

        // BIRD is looked after before the datastore is there: with the configuration of the last time it can route through an outage.
        var bird = options.RunsBird ? new BirdSupervisor(driver, logs.CreateLogger("routing"), time) : null;
        Start(parts, bird, cluster);
        try
        {
            var startup = new NodeStartup(options, store, cluster?.Node, _log, time);
            var setUp = startup.RunAsync(stopping);
            if (await Task.WhenAny(setUp, startup.Waiting) == setUp)
            {
                await setUp;
            }

            parts.Start(token => UnlessItFailsAsync(setUp, token));
            await ServeAsync(store, driver, bird, cluster, parts, stopping);
        }
        finally
        {
            await parts.EndAsync();
            if (cluster is not null && stopping.IsCancellationRequested)
            {
                await cluster.EndAsync();
            }
        }
    }

    private static void Start(Parts parts, BirdSupervisor? bird, ClusterSide? cluster)
    {
        if (bird is not null)
        {
            parts.Start(bird.RunAsync);
        }

        if (cluster is not null)
        {
            parts.Start(cluster.RunAsync);
        }
    }

    private async Task ServeAsync(
        EtcdClient store, BirdDriver driver, BirdSupervisor? bird, ClusterSide? cluster, Parts parts, CancellationToken stopping)
    {
        // Listed before the follower reads the endpoints: see DeviceReaper.Sweep.
        var devices = PodDevice.All(options.InterfacePrefixes);
        if (options.Dataplane is null)
        {
            ApplySettings(devices); // else the dataplane does
        }

        using var ipam = new IpamClient(store, new IpamOptions { Deadline = BatchDeadline }, time);
        using var outage = new OutageSide(options, ipam, store, logs.CreateLogger("outage"), time);
        var reaper = new DeviceReaper(_log);
        var allocator = new NodeAllocator(ipam, ipam.CommitAsync, logs.CreateLogger("ipam"));
        var feed = new PolicyFeed(options.NodeName, logs.CreateLogger("policy"), time);
        var dataplane = Dataplane(feed);
        var answerer = new ProgressAnswerer(store, options.NodeName, () => new NodeProgress(dataplane?.Status, feed.Problems), _log, time);
        var follower = new StoreFollower(store, options.NodeName, ipam, outage.Overlay, dataplane is null ? null : feed, _log)
        {
            Answerer = answerer,
            ReserveChanged = outage.InputsChanged,
        };
        outage.Follow(follower);
        var status = new StatusWriter(options, dataplane, feed, outage.State, _log, time);
        outage.State.StatusChanged = status.Changed;
        var readiness = new Readiness(() => follower.IsInSync, () => dataplane?.Status.HasApplied ?? true, bird, time);
        var metrics = new AgentMetrics(() => Figures(store, follower, readiness, dataplane, bird, feed, status, outage.State), time);

        parts.Start(status.RunAsync);
        parts.Start(allocator.RunAsync);
        parts.Start(answerer.RunAsync);
        parts.Start(outage.RunAsync);
        parts.Start(token => follower.RunAsync(endpoints => reaper.Sweep(devices, endpoints), token));
        parts.Start(new InquiryAnswerer(store, options.NodeName, AddressUse.Evidence, logs.CreateLogger("ipam"), time).RunAsync);
        parts.Start(new RoutingLoop(options, follower, driver, status, logs.CreateLogger("routing"), time).RunAsync);
        Start(parts, dataplane, cluster, status, readiness, metrics);

        var handler = new IpamDelegate(outage.Around(allocator), options.NodeName, cluster?.Pods);
        var ready = dataplane is null ? null : new EndpointReadiness(dataplane, ipam, outage.Overlay, options.NodeName, _log);
        await ListenAsync(Server((request, cancelled) => metrics.MeasureAsync(request, handler.HandleAsync, cancelled), reaper, ready), reaper, parts, stopping);
    }

    private void Start(Parts parts, DataplaneLoop? dataplane, ClusterSide? cluster, StatusWriter status, Readiness readiness, AgentMetrics metrics)
    {
        if (dataplane is not null)
        {
            parts.Start(token => RunAsync(dataplane, status, metrics, token));
        }

        if (cluster is not null)
        {
            parts.Start(token => cluster.AnnounceAsync(readiness.WhyNoPods, token));
        }

        foreach (var probe in Probes(readiness, metrics))
        {
            parts.Start(probe.RunAsync);
        }
    }

    /// <summary>Serves the socket until told to stop or until a part ends; then first the socket goes.</summary>
    private async Task ListenAsync(AgentServer server, DeviceReaper reaper, Parts parts, CancellationToken stopping)
    {
        using var serving = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var reaping = reaper.RunAsync(parts.Ending);
        parts.Add(reaping);
        var listening = server.RunAsync(null, serving.Token);
        var first = await Task.WhenAny([listening, .. parts.Running]);
        AgentLog.Stopping(_log);
        await serving.CancelAsync();
        await parts.EndAsync(listening);
        reaper.Complete();
        await Task.WhenAny(reaping, Task.Delay(ReapDeadline, time, CancellationToken.None));
        await parts.EndAsync();
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
}
