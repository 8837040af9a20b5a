using Calico.Model.Resources;

namespace Calico.Agent.Calc.Labels;

/// <summary>Where an object's labels come from: its own, the namespace it is stored in, and its profiles in order.</summary>
/// <param name="Namespace">Empty for what has none. It beats an own label of that name.</param>
internal readonly record struct LabelSource(IReadOnlyDictionary<string, string>? Own, string Namespace, string[] Profiles)
{
    /// <summary>Upstream's label of everything that lives in a namespace.</summary>
    public const string NamespaceLabel = "projectcalico.org/namespace";

    public static LabelSource Of(ObjectMeta metadata, string @namespace, IReadOnlyList<string>? profiles) =>
        new(metadata.Labels, @namespace, [.. (profiles ?? []).Where(profile => profile is not null)]);

    /// <summary>Name and value of the own labels, without those that have no value.</summary>
    public LabelValue[] ResolveOwn(LabelTable table)
    {
        var values = new List<LabelValue>((Own?.Count ?? 0) + 1);
        foreach (var (name, text) in Own ?? new Dictionary<string, string>())
        {
            if (text is not null && (Namespace.Length == 0 || name != NamespaceLabel))
            {
                values.Add(table.Value(name, text));
            }
        }

        if (Namespace.Length > 0)
        {
            values.Add(table.Value(NamespaceLabel, Namespace));
        }

        values.Sort(static (left, right) => left.Name.Number.CompareTo(right.Name.Number));
        return [.. values];
    }
}
