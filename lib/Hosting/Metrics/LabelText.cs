namespace Calico.Hosting.Metrics;

/// <summary>Labels in Prometheus' text format (version 0.0.4).</summary>
internal static class LabelText
{
    /// <summary>The labels without braces; empty for none.</summary>
    public static string Of((string Name, string Value)[] labels) => string.Join(',', labels.Select(label => $"{label.Name}=\"{Escape(label.Value)}\""));

    /// <param name="labels">As <see cref="Of"/> gives them.</param>
    public static string Braced(string labels) => labels.Length == 0 ? "" : $"{{{labels}}}";

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
