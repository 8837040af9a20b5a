using Calico.Ctl.Resources;

namespace Calico.Ctl.Output;

/// <summary>What <c>--output</c> says.</summary>
/// <param name="Columns">The headings of <c>custom-columns</c>; empty for the other forms.</param>
internal sealed record OutputFormat(OutputKind Kind, IReadOnlyList<string> Columns)
{
    /// <exception cref="CtlException">It is none that we know.</exception>
    public static OutputFormat Parse(string text) => text.ToLowerInvariant() switch
    {
        "ps" or "" => new OutputFormat(OutputKind.Table, []),
        "wide" => new OutputFormat(OutputKind.Wide, []),
        "yaml" or "yml" => new OutputFormat(OutputKind.Yaml, []),
        "json" => new OutputFormat(OutputKind.Json, []),
        "name" => new OutputFormat(OutputKind.Name, []),
        var columns when columns.StartsWith("custom-columns=", StringComparison.Ordinal) => Custom(text["custom-columns=".Length..]),
        var template when template.StartsWith("go-template", StringComparison.Ordinal) =>
            throw CtlException.Usage("templates of Go are not supported: take -o json, and a tool such as jq"),
        _ => throw CtlException.Usage($"'{text}' is no form of output: ps, wide, yaml, json, name, or custom-columns=HEADING,..."),
    };

    /// <summary>The columns of a table of a kind.</summary>
    /// <param name="withNamespace">The user asked for a namespace, or for all.</param>
    /// <exception cref="CtlException">The kind has no such column.</exception>
    public IReadOnlyList<Column> ColumnsOf(Kind kind, bool withNamespace)
    {
        if (Kind == OutputKind.Custom)
        {
            return [.. Columns.Select(heading => Find(kind, heading))];
        }

        var columns = Kind == OutputKind.Wide ? kind.WideColumns : kind.Columns;
        return withNamespace && kind.IsNamespaced ? [Kinds.NamespaceColumn, .. columns] : columns;
    }

    private static OutputFormat Custom(string headings) =>
        headings.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } columns
            ? new OutputFormat(OutputKind.Custom, columns)
            : throw CtlException.Usage("custom-columns needs at least one heading, such as custom-columns=NAME");

    private static Column Find(Kind kind, string heading)
    {
        Column[] known = kind.IsNamespaced ? [Kinds.NamespaceColumn, .. kind.WideColumns] : [.. kind.WideColumns];
        return Array.Find(known, column => column.Heading.Equals(heading, StringComparison.OrdinalIgnoreCase))
            ?? throw CtlException.Usage($"a {kind} has no column '{heading}'; it has {string.Join(", ", known.Select(column => column.Heading))}");
    }
}
