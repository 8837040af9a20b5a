using Calico.Ipam.Core.Blocks;
using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Net;

namespace Calico.Ipam.Core.Transactions;

/// <summary>Blocks, affinities and handles as one transaction sees and changes them.</summary>
internal static class BlockDrafts
{
    /// <summary>The block, with what has cooled down freed; null when it does not exist.</summary>
    /// <exception cref="IpamException"><see cref="IpamFailure.Unreadable"/></exception>
    public static AllocationBlock? Peek(Draft draft, Cidr cidr, PlanContext context)
    {
        var key = EtcdKeys.Block(cidr);
        var block = draft.Peek<AllocationBlock>(key);
        if (block is null)
        {
            return null;
        }

        if (!block.IsSound())
        {
            throw new IpamException(IpamFailure.Unreadable, $"the block at {key} contradicts itself", "its allocations, attributes and CIDR do not fit together: repair or remove it");
        }

        return BlockAllocator.EndCoolDown(block, PlanContext.CoolDown(PlanContext.Config(draft)), context.Now);
    }

    /// <summary>As <see cref="Peek"/> where one block among many is looked at: an unreadable one is reported and passed over.</summary>
    public static bool TryPeek(Draft draft, Cidr cidr, PlanContext context, out AllocationBlock? block)
    {
        try
        {
            block = Peek(draft, cidr, context);
            return true;
        }
        catch (IpamException e) when (e.Failure == IpamFailure.Unreadable)
        {
            context.Report(e.Message);
            block = null;
            return false;
        }
    }

    /// <summary>The blocks this node owns or is about to own.</summary>
    public static SortedSet<Cidr> Own(Draft draft, IpFamily family)
    {
        var own = new SortedSet<Cidr>(draft.View.OwnAffinities(family));
        foreach (var key in draft.Writes(EtcdKeys.AffinitiesOf(draft.View.Node)))
        {
            if (EtcdKeys.TryParseAffinity(key, out _, out var block) && block.Family == family)
            {
                own.Add(block);
            }
        }

        return own;
    }

    /// <summary>Every block known to exist, this transaction's included.</summary>
    public static HashSet<Cidr> Existing(Draft draft, IpFamily family)
    {
        var existing = new HashSet<Cidr>(draft.View.Blocks(family));
        foreach (var key in draft.Writes(EtcdKeys.BlocksOf(family)))
        {
            if (EtcdKeys.TryParseBlock(key, out var block))
            {
                existing.Add(block);
            }
        }

        return existing;
    }

    /// <summary>Makes this node the confirmed owner, in the transaction that also writes the block: a route never precedes its block.</summary>
    public static void ConfirmAffinity(Draft draft, Cidr cidr)
    {
        var key = EtcdKeys.Affinity(draft.View.Node, cidr);
        var affinity = draft.Read<BlockAffinity>(key);
        if (affinity is null)
        {
            draft.Write(key, new BlockAffinity { State = BlockAffinity.Confirmed });
        }
        else if (affinity.State != BlockAffinity.Confirmed)
        {
            draft.Write(key, affinity with { State = BlockAffinity.Confirmed });
        }
    }

    /// <summary>An empty block stays with its owner, who is likely to need it again; one without owner serves nobody.</summary>
    public static void Store(Draft draft, AllocationBlock block)
    {
        var key = EtcdKeys.Block(block.Cidr);
        if (block.Affinity is null && BlockAllocator.IsEmpty(block))
        {
            draft.Delete(key);
        }
        else
        {
            draft.Write(key, block);
        }
    }

    /// <summary>Sets the handle's count for a block to what the block says, and removes the handle with its last address.</summary>
    public static void Recount(Draft draft, string handleId, AllocationBlock block)
    {
        var key = EtcdKeys.Handle(handleId);
        var handle = draft.Read<IpamHandle>(key);
        var counts = new Dictionary<string, int>(handle?.Block ?? []);
        var count = BlockAllocator.AddressesOf(block, a => a.HandleId == handleId && a.ReleasedAt is null).Length;
        Store(draft, key, handle, counts, block.Cidr, count);
    }

    /// <summary>A handle that names a block which does not exist forgets it.</summary>
    public static void Forget(Draft draft, string handleId, Cidr block)
    {
        var key = EtcdKeys.Handle(handleId);
        if (draft.Read<IpamHandle>(key) is { } handle)
        {
            Store(draft, key, handle, new Dictionary<string, int>(handle.Block), block, 0);
        }
    }

    private static void Store(Draft draft, string key, IpamHandle? handle, Dictionary<string, int> counts, Cidr block, int count)
    {
        if (count > 0)
        {
            counts[block.ToString()] = count;
        }
        else
        {
            counts.Remove(block.ToString());
        }

        if (counts.Count > 0)
        {
            draft.Write(key, handle is null ? new IpamHandle { Block = counts } : handle with { Block = counts });
        }
        else if (handle is not null)
        {
            draft.Delete(key);
        }
    }
}
