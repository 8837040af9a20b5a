using System.Collections.Immutable;
using Calico.Ipam.Core.Blocks;
using Calico.Ipam.Core.Pools;
using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Net;

namespace Calico.Ipam.Core.Transactions;

/// <summary>
/// From which block the next address comes: a block of this node that has room, else a block nobody has, else an empty block that another
/// node left behind, else (unless affinity is strict) a single address borrowed from another node's block.
/// </summary>
internal sealed class AffinityPlanner(PlanContext context, Draft draft, ImmutableArray<Pool> pools, IpFamily family, AllocationAttribute holder)
{
    private const int DefaultMaxBlocks = 20;

    /// <summary>A block claimed more recently may be about to be used by its owner.</summary>
    private static readonly TimeSpan ReclaimAge = TimeSpan.FromMinutes(1);

    private readonly IpamConfig _config = PlanContext.Config(draft);

    /// <summary>The block with the address taken; null when more must be read first, or when nothing is left and <paramref name="exhausted"/> says why.</summary>
    public (AllocationBlock Block, IpAddress Address)? Take(out string? exhausted)
    {
        exhausted = null;
        var own = BlockDrafts.Own(draft, family);
        if (FromOwnBlocks(own, out var incomplete) is { } taken)
        {
            return taken;
        }

        if (incomplete)
        {
            return null;
        }

        var mayClaim = _config.AutoAllocateBlocks && own.Count < MaxBlocks;
        if (mayClaim && FromNewBlock() is { } claimed)
        {
            return claimed;
        }

        if (!draft.View.KnowsAllBlocks(family))
        {
            draft.Wanted.AllBlocks.Add(family);
            return null;
        }

        var others = OtherBlocks();
        if ((mayClaim ? FromAbandonedBlock(others) : null) is { } reclaimed)
        {
            return reclaimed;
        }

        if ((_config.StrictAffinity ? null : Borrow(others)) is { } borrowed)
        {
            return borrowed;
        }

        exhausted = Limits(own.Count, mayClaim);
        return null;
    }

    private int MaxBlocks => _config.MaxBlocksPerHost is > 0 and var max ? max : DefaultMaxBlocks;

    private (AllocationBlock, IpAddress)? FromOwnBlocks(SortedSet<Cidr> own, out bool incomplete)
    {
        incomplete = false;
        foreach (var cidr in own)
        {
            if (PoolOf(cidr) is not { } pool)
            {
                continue;
            }

            if (!draft.Knows(EtcdKeys.Block(cidr)))
            {
                incomplete = true;
                continue;
            }

            if (!BlockDrafts.TryPeek(draft, cidr, context, out var block))
            {
                continue;
            }

            // An affinity without its block is a claim that was cut short; it is finished here.
            block ??= cidr.PrefixLength == pool.BlockPrefix ? BlockAllocator.Create(cidr, context.Node, context.Now) : null;
            if (block is not null && BlockAllocator.IsOwnedBy(block, context.Node) && Assign(block, pool) is { } taken)
            {
                BlockDrafts.ConfirmAffinity(draft, cidr);
                return taken;
            }
        }

        return null;
    }

    private (AllocationBlock, IpAddress)? FromNewBlock()
    {
        var existing = BlockDrafts.Existing(draft, family);
        foreach (var pool in pools)
        {
            // Only a pool that was deleted and made again with another block size has blocks of the wrong size.
            var misfits = existing.Where(b => b.PrefixLength != pool.BlockPrefix && b.Overlaps(pool.Cidr)).ToList();
            foreach (var cidr in BlockWalk.Blocks(pool, context.Node))
            {
                if (existing.Contains(cidr) || context.Reservations.ContainsWhole(cidr) || misfits.Exists(b => b.Overlaps(cidr)))
                {
                    continue;
                }

                if (Assign(BlockAllocator.Create(cidr, context.Node, context.Now), pool) is { } taken)
                {
                    BlockDrafts.ConfirmAffinity(draft, cidr);
                    return taken;
                }
            }
        }

        return null;
    }

    private (AllocationBlock, IpAddress)? FromAbandonedBlock(List<(AllocationBlock Block, Pool Pool)> others)
    {
        foreach (var (block, pool) in others)
        {
            var isAbandoned = BlockAllocator.IsEmpty(block) && (block.AffinityClaimTime is not { } claimed || claimed + ReclaimAge < context.Now);
            if (!isAbandoned)
            {
                continue;
            }

            var mine = block with { Affinity = BlockAllocator.AffinityTo(context.Node), AffinityClaimTime = context.Now };
            if (Assign(mine, pool) is { } taken)
            {
                if (block.OwnerNode() is { } owner)
                {
                    var key = EtcdKeys.Affinity(owner, block.Cidr);
                    if (!draft.Knows(key))
                    {
                        continue;
                    }

                    draft.Delete(key);
                }

                BlockDrafts.ConfirmAffinity(draft, block.Cidr);
                return taken;
            }
        }

        return null;
    }

    private (AllocationBlock, IpAddress)? Borrow(List<(AllocationBlock Block, Pool Pool)> others)
    {
        foreach (var (block, pool) in others)
        {
            if (Assign(block, pool) is { } taken)
            {
                return taken;
            }
        }

        return null;
    }

    /// <summary>The blocks of other nodes, and of nobody, in an order of this node's own, so that borrowers spread.</summary>
    private List<(AllocationBlock Block, Pool Pool)> OtherBlocks()
    {
        var others = new List<(AllocationBlock, Pool)>();
        foreach (var cidr in BlockDrafts.Existing(draft, family).OrderBy(c => BlockWalk.Hash($"{context.Node} {c}")))
        {
            if (PoolOf(cidr) is { } pool && BlockDrafts.TryPeek(draft, cidr, context, out var block) && block is not null
                && !BlockAllocator.IsOwnedBy(block, context.Node)
                && (block.Affinity is null || block.OwnerNode() is not null))
            {
                others.Add((block, pool));
            }
        }

        return others;
    }

    private (AllocationBlock, IpAddress)? Assign(AllocationBlock block, Pool pool)
    {
        if (BlockAllocator.Assign(block, holder, context.Reservations) is not { } taken)
        {
            return null;
        }

        draft.RelyOn(pool.Key);
        return taken;
    }

    private Pool? PoolOf(Cidr block) => pools.FirstOrDefault(pool => pool.Cidr.Contains(block));

    private string Limits(int owned, bool mayClaim)
    {
        var limits = new List<string> { $"the node owns {owned} of at most {MaxBlocks} blocks" };
        if (!_config.AutoAllocateBlocks)
        {
            limits.Add("auto_allocate_blocks is false");
        }

        limits.Add(mayClaim ? "no block is free" : "so it may not claim another block");
        limits.Add(_config.StrictAffinity ? "strict affinity forbids borrowing from other nodes" : "no other node's block has room");
        return string.Join("; ", limits);
    }
}
