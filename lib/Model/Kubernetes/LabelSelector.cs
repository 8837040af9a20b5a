using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

/// <summary>All conditions must hold; no condition selects everything.</summary>
public sealed record LabelSelector
{
    [AllowNull]
    public IReadOnlyDictionary<string, string> MatchLabels { get; init => field = value ?? ByValue.NoText; } = ByValue.NoText;

    [AllowNull]
    public IReadOnlyList<LabelSelectorRequirement> MatchExpressions { get; init => field = value ?? []; } = [];
}
