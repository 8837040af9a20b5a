using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

public sealed record SliceEndpoint
{
    [AllowNull]
    public IReadOnlyList<string> Addresses { get; init => field = value ?? []; } = [];

    [AllowNull]
    public SliceConditions Conditions { get; init => field = value ?? new(); } = new();

    public string? NodeName { get; init; }

    public ObjectReference? TargetRef { get; init; }
}
