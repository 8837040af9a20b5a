using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

public sealed record LabelSelectorRequirement
{
    public required string Key { get; init; }

    /// <summary>In, NotIn, Exists or DoesNotExist.</summary>
    public required string Operator { get; init; }

    [AllowNull]
    public IReadOnlyList<string> Values { get; init => field = value ?? []; } = [];
}
