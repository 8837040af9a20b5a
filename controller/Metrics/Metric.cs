using System.Globalization;
using System.Text;

namespace Calico.Controller.Metrics;

/// <summary>One name with a value for each set of labels.</summary>
/// <param name="type">counter or gauge.</param>
internal sealed class Metric(string name, string help, string type)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, double> _values = new(StringComparer.Ordinal);

    public void Set(double value, params (string Name, string Value)[] labels)
    {
        lock (_lock)
        {
            _values[Key(labels)] = value;
        }
    }

    public void Add(double value, params (string Name, string Value)[] labels)
    {
        lock (_lock)
        {
            var key = Key(labels);
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

    public void Write(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");
        lock (_lock)
        {
            foreach (var (labels, value) in _values)
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}{labels} {value}\n");
            }
        }
    }

    private static string Key((string Name, string Value)[] labels) =>
        labels.Length == 0 ? "" : $"{{{string.Join(',', labels.Select(label => $"{label.Name}=\"{Escape(label.Value)}\""))}}}";

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
