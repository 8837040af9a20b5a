using Calico.Ipam.Core.Blocks;
using Calico.Ipam.Core.Transactions;
using Calico.Model.Ipam;
using Calico.Model.Net;

namespace Calico.Ipam.Core.Reserve;

/// <summary>Takes an address from its container, and gives it to the node's reserve or to all.</summary>
internal static class ReserveReturn
{
    /// <param name="holder">Who holds the address, by a block that its handle names.</param>
    /// <param name="reserveOf">The node whose reserve gets it; null: it becomes free.</param>
    public static void Release(PlanContext context, Draft draft, AddressHolder holder, IpAddress address, string? reserveOf)
    {
        foreach (var cidr in (HeldAddresses.Blocks(draft, holder.HandleId) ?? []).Where(cidr => cidr.Contains(address)))
        {
            if (BlockDrafts.Peek(draft, cidr, context) is not { } block || block.HolderOf(address) is not { } attribute || !holder.Holds(attribute))
            {
                continue;
            }

            var coolDown = reserveOf is null ? PlanContext.CoolDown(PlanContext.Config(draft)) : TimeSpan.Zero;
            var after = Free(context, block, address, coolDown);
            if (reserveOf is not null)
            {
                after = BlockAllocator.Assign(after, NodeReserve.Attribute(reserveOf), address)!;
                BlockDrafts.Recount(draft, NodeReserve.HandleId(reserveOf), after);
            }

            BlockDrafts.Store(draft, after);
            BlockDrafts.Recount(draft, holder.HandleId, after);
        }
    }

    /// <summary>The block without the allocation of one address, whoever holds it.</summary>
    public static AllocationBlock Free(PlanContext context, AllocationBlock block, IpAddress address, TimeSpan coolDown = default)
    {
        var ordinal = (int)block.Cidr.OrdinalOf(address);
        var only = new Dictionary<int, ulong> { [ordinal] = BlockAllocator.SequenceOf(block, ordinal) };
        return BlockAllocator.Release(block, _ => true, coolDown, context.Now, only).Block;
    }
}
