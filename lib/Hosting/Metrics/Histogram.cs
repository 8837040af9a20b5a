using System.Globalization;
using System.Text;

namespace Calico.Hosting.Metrics;

/// <summary>How long things took: counted by what they stayed below, for each set of labels. Safe for concurrent callers.</summary>
public sealed class Histogram : IFigure
{
    /// <summary>In seconds, from what an idle node shows to what a user would call broken.</summary>
    private static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private readonly string _name;
    private readonly string _help;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Series> _series = new(StringComparer.Ordinal);

    internal Histogram(string name, string help) => (_name, _help) = (name, help);

    public void Observe(TimeSpan took, params (string Name, string Value)[] labels)
    {
        var seconds = took.TotalSeconds;
        lock (_lock)
        {
            var key = LabelText.Of(labels);
            if (!_series.TryGetValue(key, out var series))
            {
                _series[key] = series = new Series();
            }

            series.Sum += seconds;
            series.Count++;
            var bound = Array.FindIndex(Bounds, limit => seconds <= limit);
            if (bound >= 0)
            {
                series.Below[bound]++;
            }
        }
    }

    void IFigure.Write(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"# HELP {_name} {_help}\n# TYPE {_name} histogram\n");
        lock (_lock)
        {
            foreach (var (labels, series) in _series)
            {
                Write(text, labels, series);
            }
        }
    }

    private void Write(StringBuilder text, string labels, Series series)
    {
        var before = labels.Length == 0 ? "" : labels + ",";
        var below = 0L;
        for (var i = 0; i < Bounds.Length; i++)
        {
            below += series.Below[i];
            text.Append(CultureInfo.InvariantCulture, $"{_name}_bucket{{{before}le=\"{Bounds[i]}\"}} {below}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"{_name}_bucket{{{before}le=\"+Inf\"}} {series.Count}\n");
        text.Append(CultureInfo.InvariantCulture, $"{_name}_sum{LabelText.Braced(labels)} {series.Sum}\n{_name}_count{LabelText.Braced(labels)} {series.Count}\n");
    }

    private sealed class Series
    {
        /// <summary>Between a bound and the one before it.</summary>
        public long[] Below { get; } = new long[Bounds.Length];

        public double Sum { get; set; }

        public long Count { get; set; }
    }
}
