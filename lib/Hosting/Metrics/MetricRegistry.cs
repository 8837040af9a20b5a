using System.Text;

namespace Calico.Hosting.Metrics;

/// <summary>Figures in Prometheus' text format (version 0.0.4). Safe for concurrent callers.</summary>
public sealed class MetricRegistry
{
    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, IFigure> _figures = new(StringComparer.Ordinal);

    /// <summary>Called before the figures are given out, for those that are read rather than counted.</summary>
    public event Action? Collecting;

    /// <summary>A figure that only grows. The same name gives the same figure.</summary>
    public Metric Counter(string name, string help) => Add(name, () => new Metric(name, help, "counter"));

    /// <summary>A figure that goes up and down. The same name gives the same figure.</summary>
    public Metric Gauge(string name, string help) => Add(name, () => new Metric(name, help, "gauge"));

    /// <summary>How long things took. The same name gives the same figure.</summary>
    public Histogram Histogram(string name, string help) => Add(name, () => new Histogram(name, help));

    /// <summary>The answer to a scrape.</summary>
    public ProbeReply Reply() => new(true, Text()) { ContentType = ContentType };

    public string Text()
    {
        Collecting?.Invoke();
        var text = new StringBuilder();
        lock (_lock)
        {
            foreach (var figure in _figures.Values)
            {
                figure.Write(text);
            }
        }

        return text.ToString().TrimEnd('\n');
    }

    private T Add<T>(string name, Func<T> make)
        where T : class, IFigure
    {
        lock (_lock)
        {
            if (!_figures.TryGetValue(name, out var known))
            {
                _figures[name] = known = make();
            }

            return known as T ?? throw new InvalidOperationException($"the figure {name} is of another type already");
        }
    }
}
