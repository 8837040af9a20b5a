using System.Text;
using Calico.Model.Net;

namespace Calico.Ipam.Core.Pools;

/// <summary>
/// The order in which a node tries a pool's blocks: from a start of its own, once around. Nodes that start apart rarely want the same block,
/// and a node that comes back wants its old blocks.
/// </summary>
internal static class BlockWalk
{
    /// <summary>Past this many steps the walk gives up: only a pool that is reserved nearly whole gets there.</summary>
    private const int MaxSteps = 1 << 20;

    public static IEnumerable<Cidr> Blocks(Pool pool, string node)
    {
        var count = UInt128.One << (pool.BlockPrefix - pool.Cidr.PrefixLength);
        var start = Hash(node) % count;
        var steps = count < MaxSteps ? (int)count : MaxSteps;
        for (var step = 0; step < steps; step++)
        {
            var index = (start + (UInt128)step) % count;
            yield return new Cidr(pool.Cidr[index << (pool.Family.Bits() - pool.BlockPrefix)], pool.BlockPrefix);
        }
    }

    /// <summary>FNV-1a, 64 bits (draft-eastlake-fnv): the same on every machine and in every run, unlike string.GetHashCode.</summary>
    public static ulong Hash(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            hash = unchecked((hash ^ octet) * 1099511628211UL);
        }

        // Short names that differ in their last letter differ in low bits only.
        hash ^= hash >> 29;
        return unchecked(hash * 0xbf58476d1ce4e5b9UL) ^ (hash >> 32);
    }
}
