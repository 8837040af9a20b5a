using System.Globalization;
using System.Text;

namespace Calico.Hosting.Metrics;

/// <summary>One name with a value for each set of labels: a counter or a gauge. Safe for concurrent callers.</summary>
public sealed class Metric : IFigure
{
    private readonly string _head;
    private readonly string _name;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, double> _values = new(StringComparer.Ordinal);

    /// <param name="type">counter or gauge.</param>
    internal Metric(string name, string help, string type)
    {
        _name = name;
        _head = $"# HELP {name} {help}\n# TYPE {name} {type}\n";
    }

    public void Set(double value, params (string Name, string Value)[] labels)
    {
        lock (_lock)
        {
            _values[LabelText.Of(labels)] = value;
        }
    }

    public void Add(double value, params (string Name, string Value)[] labels)
    {
        lock (_lock)
        {
            var key = LabelText.Of(labels);
            _values[key] = _values.GetValueOrDefault(key) + value;
        }
    }

    /// <summary>Forgets all values, so that those of what is gone do not stay: to be set anew.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _values.Clear();
        }
    }

    void IFigure.Write(StringBuilder text)
    {
        text.Append(_head);
        lock (_lock)
        {
            foreach (var (labels, value) in _values)
            {
                text.Append(CultureInfo.InvariantCulture, $"{_name}{LabelText.Braced(labels)} {value}\n");
            }
        }
    }
}
