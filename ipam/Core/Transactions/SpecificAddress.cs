using Calico.Ipam.Core.Blocks;
using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Net;

namespace Calico.Ipam.Core.Transactions;

/// <summary>Takes an address that the pod named.</summary>
internal sealed class SpecificAddress(PlanContext context, Draft draft, AllocationAttribute holder)
{
    /// <param name="formerHandle">The handle of the pod's own earlier container, from which the address may be taken over.</param>
    /// <returns>Null when the block must be read first.</returns>
    public (AllocationBlock Block, IpAddress Address)? Take(IpAddress address, string? formerHandle)
    {
        var pool = context.Pools.FirstOrDefault(p => !p.IsDisabled && p.Cidr.Contains(address))
            ?? throw new IpamException(IpamFailure.InvalidRequest, $"the address {address} that was asked for lies in no enabled pool", "ask for one of a pool's range");
        draft.RelyOn(pool.Key);
        var cidr = pool.BlockOf(address);
        if (!draft.Knows(EtcdKeys.Block(cidr)))
        {
            return null;
        }

        var block = BlockDrafts.Peek(draft, cidr, context);
        if (block is null)
        {
            block = BlockAllocator.Create(cidr, context.Node, context.Now);
            BlockDrafts.ConfirmAffinity(draft, cidr);
        }
        else if (PlanContext.Config(draft).StrictAffinity && !BlockAllocator.IsOwnedBy(block, context.Node))
        {
            throw new IpamException(
                IpamFailure.InvalidRequest, $"the address {address} lies in block {cidr} of {block.Affinity ?? "nobody"}", "strict affinity forbids node " + context.Node + " to take it");
        }

        block = TakeOver(block, address, formerHandle);
        return BlockAllocator.Assign(block, holder, address) is { } taken ? (taken, address) : throw Taken(block, address);
    }

    /// <summary>Frees the address if it only cools down, or is held by the pod's own earlier container.</summary>
    private AllocationBlock TakeOver(AllocationBlock block, IpAddress address, string? formerHandle)
    {
        var current = block.HolderOf(address);
        if (current is null || (current.ReleasedAt is null && (formerHandle is null || current.HandleId != formerHandle)))
        {
            return block;
        }

        var freed = BlockAllocator.Release(block, attribute => ReferenceEquals(attribute, current), TimeSpan.Zero, context.Now).Block;
        if (current.ReleasedAt is null)
        {
            BlockDrafts.Recount(draft, formerHandle!, freed);
        }

        return freed;
    }

    private static IpamException Taken(AllocationBlock block, IpAddress address)
    {
        var attribute = block.HolderOf(address);
        var fields = attribute?.Secondary;
        var who = fields is not null && fields.TryGetValue(AllocationAttribute.PodField, out var pod)
            ? $"pod {fields.GetValueOrDefault(AllocationAttribute.NamespaceField)}/{pod} on node {fields.GetValueOrDefault(AllocationAttribute.NodeField)}"
            : $"handle {attribute?.HandleId ?? "(none)"}";
        return new IpamException(IpamFailure.AddressTaken, $"the address {address} is held by {who}", "release it there first, or ask for another");
    }
}
