using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

/// <summary>A network without some of its parts; CIDRs as they were written.</summary>
public sealed record IPBlock
{
    public required string Cidr { get; init; }

    [AllowNull]
    public IReadOnlyList<string> Except { get; init => field = value ?? []; } = [];
}
