using System.Collections.Immutable;
using System.Globalization;
using Calico.Ipam.Core.Collection;

namespace Calico.Controller.Ipam;

/// <summary>Which blocks are taken from their owners. Pure.</summary>
/// <param name="matured">Has this subject looked like this for the whole grace period?</param>
internal sealed class BlockReleases(IpamSnapshot store, ClusterFacts cluster, Func<string, string, bool> matured)
{
    public ImmutableArray<BlockRelease> Find() => [.. OfNodesThatLeft(), .. Spare()];

    /// <summary>By affinity and by the block's own word: either may be missing after an upstream client died in between.</summary>
    private IEnumerable<BlockRelease> OfNodesThatLeft()
    {
        var owned = store.Blocks.Where(b => b.Owner is not null).Select(b => (b.Owner!, b.Cidr));
        return store.Affinities.Union(owned).Where(pair => HasLeft(pair.Item1)).Order().Select(pair => new BlockRelease(pair.Item1, pair.Item2, null));
    }

    /// <summary>Empty blocks of living nodes, as long as each node keeps one of the family.</summary>
    private IEnumerable<BlockRelease> Spare()
    {
        foreach (var owned in store.Blocks.Where(b => b.Owner is not null && !HasLeft(b.Owner)).GroupBy(b => (b.Owner, b.Cidr.Family)))
        {
            // A node takes from its blocks in order, so the last ones are the ones it needs least.
            var empty = owned.Where(b => b.IsEmpty).OrderByDescending(b => b.Cidr).ToList();
            var releasable = Math.Min(empty.Count, owned.Count() - 1);
            foreach (var block in empty.Where(IsSettled).Take(releasable))
            {
                yield return new BlockRelease(block.Owner!, block.Cidr, block.Sequence);
            }
        }
    }

    private bool IsSettled(BlockSummary block) => matured($"block/{block.Cidr}", block.Sequence.ToString(CultureInfo.InvariantCulture));

    private bool HasLeft(string node) => NodePresence.HasLeft(node, store.Nodes, cluster.Nodes);
}
