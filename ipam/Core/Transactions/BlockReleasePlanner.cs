using Calico.Ipam.Core.Blocks;
using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Net;

namespace Calico.Ipam.Core.Transactions;

/// <summary>Takes a block from its owner: an empty one goes, one with addresses of others stays without owner.</summary>
/// <param name="sequence">The block as it was seen; null when its owner left the cluster and whatever is in it belongs to others.</param>
internal sealed class BlockReleasePlanner(PlanContext context, Draft draft, string node, Cidr cidr, ulong? sequence)
{
    /// <summary>False when the draft wants more to be read first.</summary>
    /// <exception cref="IpamException"><see cref="IpamFailure.Differs"/>: the block was written since it was looked at.</exception>
    public bool Plan()
    {
        PlanContext.RequireReady(draft, evenIfAbsent: true);
        var (blockKey, affinityKey) = (EtcdKeys.Block(cidr), EtcdKeys.Affinity(node, cidr));
        if (!(draft.Knows(blockKey) & draft.Knows(affinityKey)))
        {
            return false;
        }

        draft.RelyOn(blockKey);
        var block = BlockDrafts.Peek(draft, cidr, context);
        if (sequence is not null && block?.SequenceNumber != sequence)
        {
            throw new IpamException(IpamFailure.Differs, $"block {cidr} of node {node} was written since it was looked at", "it is looked at again in the next round");
        }

        if (sequence is null && block?.Attributes.Any(a => a.ReleasedAt is null && a.Secondary?.GetValueOrDefault(AllocationAttribute.NodeField) == node) == true)
        {
            // A node that came back while its removal was under way has pods in it again.
            throw new IpamException(IpamFailure.Differs, $"block {cidr} holds addresses that were given out on node {node}", "they are taken back first");
        }

        if (block is not null && BlockAllocator.IsOwnedBy(block, node))
        {
            BlockDrafts.Store(draft, block with { Affinity = null, AffinityClaimTime = null });
        }

        if (draft.Read<BlockAffinity>(affinityKey) is not null)
        {
            draft.Delete(affinityKey);
        }

        return true;
    }
}
