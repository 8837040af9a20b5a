namespace Calico.Hosting.Metrics;

/// <summary>What Prometheus' own libraries tell of every process, under their names.</summary>
public static class ProcessMetrics
{
    /// <summary>To be called when the process starts.</summary>
    public static void Register(MetricRegistry registry, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(time);
        var started = registry.Gauge("process_start_time_seconds", "when the process started, in seconds since 1970");
        var memory = registry.Gauge("process_resident_memory_bytes", "memory that the process has in RAM");
        var processor = registry.Counter("process_cpu_seconds_total", "processor time that the process has used");
        started.Set(time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);
        registry.Collecting += () =>
        {
            memory.Set(Environment.WorkingSet);
            processor.Set(Environment.CpuUsage.TotalTime.TotalSeconds);
        };
    }
}
