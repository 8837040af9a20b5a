using System.Text;

namespace Calico.Controller.Metrics;

/// <summary>Figures in Prometheus' text format (version 0.0.4). Safe for concurrent callers.</summary>
internal sealed class MetricRegistry
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Metric> _metrics = new(StringComparer.Ordinal);

    /// <summary>Called before the figures are given out, for those that are read rather than counted.</summary>
    public event Action? Collecting;

    /// <summary>A figure that only grows. The same name gives the same figure.</summary>
    public Metric Counter(string name, string help) => Add(name, help, "counter");

    /// <summary>A figure that goes up and down.</summary>
    public Metric Gauge(string name, string help) => Add(name, help, "gauge");

    public string Text()
    {
        Collecting?.Invoke();
        var text = new StringBuilder();
        lock (_lock)
        {
            foreach (var metric in _metrics.Values)
            {
                metric.Write(text);
            }
        }

        return text.ToString().TrimEnd('\n');
    }

    private Metric Add(string name, string help, string type)
    {
        lock (_lock)
        {
            return _metrics.TryGetValue(name, out var known) ? known : _metrics[name] = new Metric(name, help, type);
        }
    }
}
