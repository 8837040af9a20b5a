using Calico.Agent.Dataplane;
using Calico.Cni.Protocol;
using Calico.Hosting;
using Calico.Hosting.Metrics;

namespace Calico.Agent.Metrics;

/// <summary>The agent's figures for Prometheus: under upstream's name (<c>felix_</c>) where upstream has the figure, else <c>calico_agent_</c>.</summary>
internal sealed class AgentMetrics
{
    private readonly MetricRegistry _registry = new();
    private readonly TimeProvider _time;
    private readonly GaugesOfAgent _gauges;
    private readonly Histogram _calls;
    private readonly Histogram _latency;
    private readonly Histogram _applies;
    private readonly Metric _failures;
    private DataplaneStatus _seen = new();

    /// <param name="look">Asked at each scrape.</param>
    public AgentMetrics(Func<AgentFigures> look, TimeProvider time)
    {
        _time = time;
        _gauges = new GaugesOfAgent(_registry);
        _calls = _registry.Histogram("calico_agent_cni_request_seconds", "calls of the CNI plugin, by their end; ADD and DEL are the time of address management with etcd");
        _latency = _registry.Histogram("calico_agent_programming_latency_seconds", "from when a change was known here until it was in the kernel");
        _applies = _registry.Histogram("felix_int_dataplane_apply_time_seconds", "time that writes to the kernel took");
        _failures = _registry.Counter("felix_int_dataplane_failures", "writes to the kernel of which a part failed and is tried again");
        _failures.Set(0);
        ProcessMetrics.Register(_registry, time);
        _registry.Collecting += () => _gauges.Set(look());
    }

    /// <summary>The answer to a scrape.</summary>
    public ProbeReply Reply() => _registry.Reply();

    /// <summary>To be told after each apply, by the dataplane's loop.</summary>
    public void Applied(DataplaneStatus status)
    {
        if (status.Applies == _seen.Applies)
        {
            return;
        }

        _applies.Observe(status.ApplyTime);
        if (status.Failures.Count > 0)
        {
            _failures.Add(1);
        }

        // An apply that found nothing new, or failed, keeps the latency of the one before.
        if (status.Latency != _seen.Latency)
        {
            _latency.Observe(status.Latency);
        }

        _seen = status;
    }

    /// <summary>Serves a call of the CNI plugin and measures it.</summary>
    public async Task<CniResult?> MeasureAsync(
        PluginRequest request, Func<PluginRequest, CancellationToken, Task<CniResult?>> serve, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var result = "error";
        try
        {
            var answer = await serve(request, cancellationToken);
            result = "success";
            return answer;
        }
        finally
        {
            _calls.Observe(_time.GetElapsedTime(started), ("result", result), ("verb", request.Command.ToText()));
        }
    }
}
