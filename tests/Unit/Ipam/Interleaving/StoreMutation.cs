using Calico.Store;

namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>How the store breaks its word, to see that the checker sees it. The real one does neither.</summary>
internal sealed record StoreMutation
{
    public static StoreMutation None { get; } = new();

    /// <summary>Compares that are not made.</summary>
    public Func<Compare, bool>? Ignores { get; init; }

    /// <summary>A caller that dies leaves half of its transaction behind, as it would with one write per object.</summary>
    public bool TearsTransactions { get; init; }
}
