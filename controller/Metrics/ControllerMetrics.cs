using Calico.Hosting.Metrics;

namespace Calico.Controller.Metrics;

/// <summary>The figures that every reconciler has.</summary>
internal sealed class ControllerMetrics(MetricRegistry registry)
{
    private readonly Metric _leader = registry.Gauge("calico_controller_leader", "1 on the replica that works, 0 on one that waits");
    private readonly Metric _inSync = registry.Gauge("calico_controller_in_sync", "1 when everything that is followed has been read");
    private readonly Metric _ready = registry.Gauge("calico_controller_queue_depth", "keys that wait for a worker");
    private readonly Metric _failing = registry.Gauge("calico_controller_failing_keys", "keys whose last try failed, which the log names");
    private readonly Metric _reconciles = registry.Counter("calico_controller_reconciles_total", "tries of a key, by their end");
    private readonly Metric _seconds = registry.Counter("calico_controller_reconcile_seconds_total", "time spent in tries");

    public void Leading(bool isLeader) => _leader.Set(isLeader ? 1 : 0);

    public void State(string reconciler, bool isInSync, int ready, int failing)
    {
        _inSync.Set(isInSync ? 1 : 0, ("controller", reconciler));
        _ready.Set(ready, ("controller", reconciler));
        _failing.Set(failing, ("controller", reconciler));
    }

    /// <summary>Forgets the state of reconcilers that no longer run here.</summary>
    public void ClearState()
    {
        _inSync.Clear();
        _ready.Clear();
        _failing.Clear();
    }

    public void Reconciled(string reconciler, bool isDone, TimeSpan took)
    {
        _reconciles.Add(1, ("controller", reconciler), ("result", isDone ? "success" : "error"));
        _seconds.Add(took.TotalSeconds, ("controller", reconciler));
    }
}
