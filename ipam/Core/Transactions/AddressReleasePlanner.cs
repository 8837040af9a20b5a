using Calico.Ipam.Core.Audit;
using Calico.Ipam.Core.Blocks;
using Calico.Model;

namespace Calico.Ipam.Core.Transactions;

/// <summary>Frees one address, with its handle, as changes to a draft.</summary>
internal sealed class AddressReleasePlanner(PlanContext context, Draft draft, AddressRelease request)
{
    /// <summary>Whether there was something to free; null when the draft wants more to be read first.</summary>
    /// <exception cref="IpamException"><see cref="IpamFailure.Differs"/>: it is no longer what was seen.</exception>
    public bool? Plan()
    {
        draft.RelyOn(EtcdKeys.Block(request.Block));
        if (BlockDrafts.Peek(draft, request.Block, context) is not { } block
            || block.HolderOf(request.Address) is not { ReleasedAt: null } holder)
        {
            return false;
        }

        if (holder.HandleId is not null && !draft.Knows(EtcdKeys.Handle(holder.HandleId)))
        {
            return null;
        }

        var ordinal = (int)request.Block.OrdinalOf(request.Address);
        var sequence = BlockAllocator.SequenceOf(block, ordinal);
        if (holder.HandleId != request.HandleId || sequence != request.Sequence)
        {
            throw new IpamException(IpamFailure.Differs, $"{request.Address} was given out anew since it was looked at, to {holder.HandleId ?? "nobody"}", "look again");
        }

        var coolDown = PlanContext.CoolDown(PlanContext.Config(draft));
        var (after, _) = BlockAllocator.Release(block, attribute => attribute.ReleasedAt is null, coolDown, context.Now, new Dictionary<int, ulong> { [ordinal] = sequence });
        BlockDrafts.Store(draft, after);
        if (holder.HandleId is { } handleId)
        {
            BlockDrafts.Recount(draft, handleId, after);
        }

        return true;
    }
}
