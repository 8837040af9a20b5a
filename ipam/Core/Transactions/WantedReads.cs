using Calico.Model.Net;

namespace Calico.Ipam.Core.Transactions;

/// <summary>What a planner could not decide without.</summary>
internal sealed class WantedReads
{
    public HashSet<string> Keys { get; } = new(StringComparer.Ordinal);

    /// <summary>Families of which every block must be known.</summary>
    public HashSet<IpFamily> AllBlocks { get; } = [];

    public bool IsEmpty => Keys.Count == 0 && AllBlocks.Count == 0;
}
