using Calico.Controller.Leadership;
using Calico.Controller.Metrics;
using Calico.Controller.Options;
using Calico.Controller.Reconciling;
using Calico.Hosting;
using Calico.Hosting.Metrics;
using Calico.Store;
using Calico.Store.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Calico.Controller;

/// <summary>The parts of the controller put together: health and metrics always, the reconcilers while this replica leads.</summary>
internal sealed class KubeController(ControllerOptions options, IKeyValueStore store, IKubernetesApi api, ILoggerFactory logs, TimeProvider time)
{
    private const string LeaseName = "calico-kube-controllers";
    private readonly ILogger _log = logs.CreateLogger("controller");
    private readonly MetricRegistry _metrics = new();

    // Those that work now; empty on a replica that waits.
    private volatile IReadOnlyList<ReconcilerHost> _hosts = [];

    /// <summary>Runs until the token is cancelled, then gives the lease back.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var identity = $"{Environment.MachineName}_{Guid.NewGuid()}";
        ControllerLog.Starting(
            _log, ProgramVersion.Of(typeof(KubeController).Assembly), identity, string.Join(", ", options.Reconcilers.Select(kind => kind.Name)), string.Join(", ", options.Etcd.Endpoints));
        var lease = new LeaderLease(new KubernetesLeaseStore(api, options.Namespace, LeaseName), new LeaderOptions(identity), _log, time);
        var metrics = new ControllerMetrics(_metrics);
        _metrics.Collecting += () => Collect(metrics);
        ProcessMetrics.Register(_metrics, time);
        using var running = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        List<Task> parts =
        [
            options.ElectsLeader ? lease.RunAsync(token => LeadAsync(metrics, token), running.Token) : LeadAsync(metrics, running.Token),
            .. Servers().Select(server => server.RunAsync(running.Token)),
        ];
        await Ending.FirstOfAsync(parts, running);
    }

    private async Task LeadAsync(ControllerMetrics metrics, CancellationToken cancellationToken)
    {
        var context = new ControllerContext(store, api, _metrics, logs, time) { LeakGrace = options.LeakGrace };
        var hosts = options.Reconcilers.Select(kind => new ReconcilerHost(kind.Create(context), options.Period, metrics, _log, time)).ToList();
        _hosts = hosts;
        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await Ending.FirstOfAsync([.. hosts.Select(host => host.RunAsync(running.Token))], running);
        }
        finally
        {
            _hosts = [];
        }
    }

    private IEnumerable<ProbeServer> Servers()
    {
        if (options.Health is { } health)
        {
            yield return new ProbeServer(health, new Dictionary<string, Func<ProbeReply>>
            {
                ["/liveness"] = () => ProbeReply.Alive,
                ["/readiness"] = () => ProbeReply.Ready(WhyNotReady()),
            }, _log);
        }

        if (options.Metrics is { } metrics)
        {
            yield return new ProbeServer(metrics, new Dictionary<string, Func<ProbeReply>>
            {
                ["/metrics"] = _metrics.Reply,
            }, _log);
        }
    }

    /// <summary>A replica that waits for the lease is ready to take it.</summary>
    private string? WhyNotReady()
    {
        var behind = _hosts.Where(host => !host.Reconciler.IsInSync).Select(host => host.Reconciler.Name).ToList();
        return behind.Count == 0 ? null : $"not yet in sync with Kubernetes and etcd: {string.Join(", ", behind)}";
    }

    private void Collect(ControllerMetrics metrics)
    {
        var hosts = _hosts;
        metrics.Leading(hosts.Count > 0);
        metrics.ClearState();
        foreach (var host in hosts)
        {
            metrics.State(host.Reconciler.Name, host.Reconciler.IsInSync, host.Queue.Ready, host.Queue.Failing);
        }
    }
}
