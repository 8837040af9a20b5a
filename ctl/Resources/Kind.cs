using Calico.Policy.Resources;

namespace Calico.Ctl.Resources;

/// <summary>A kind as a user meets it.</summary>
/// <param name="Aliases">What it may be called, besides its kind and its plural; in lower case.</param>
/// <param name="Columns">The usual columns of a table, by heading.</param>
/// <param name="WideColumns">Those of <c>-o wide</c>.</param>
internal sealed record Kind(ResourceType Type, IReadOnlyList<string> Aliases, IReadOnlyList<Column> Columns, IReadOnlyList<Column> WideColumns)
{
    /// <summary>Why users do not write it; null when they may.</summary>
    public string? ReadOnlyReason { get; init; }

    public string Name => Type.Kind.Kind;

    public bool IsNamespaced => Type.Kind.Namespaced;

    public bool IsCalled(string name) =>
        name.Equals(Name, StringComparison.OrdinalIgnoreCase) || name.Equals(Type.Kind.Plural, StringComparison.OrdinalIgnoreCase) || Aliases.Contains(name, StringComparer.OrdinalIgnoreCase);

    public bool Equals(Kind? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Name;
}
