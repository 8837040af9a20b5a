using System.Collections.Immutable;
using Calico.Ipam.Core.Blocks;
using Calico.Ipam.Core.Collection;
using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Ipam.Core.Transactions;

/// <summary>Takes back what somebody left behind, as changes to a draft. Every key that the decision rests on is relied on.</summary>
internal sealed class ReclaimPlanner(PlanContext context, Draft draft, ReclaimRequest request)
{
    private readonly Holding _holding = request.Holding;

    /// <summary>The addresses freed; null when the draft wants more to be read first.</summary>
    /// <exception cref="IpamException"><see cref="IpamFailure.Differs"/>: it is no longer what was seen, or the node's answer is gone.</exception>
    public ImmutableArray<IpAddress>? Plan()
    {
        PlanContext.RequireReady(draft, evenIfAbsent: true);
        RequireSameHandle();
        if (Blocks() is not { } blocks)
        {
            return null;
        }

        SettleInquiry();
        var released = ImmutableArray.CreateBuilder<IpAddress>();
        foreach (var cidr in blocks)
        {
            released.AddRange(Release(cidr, _holding.HandleId!));
        }

        DeleteEndpoints();
        return released.ToImmutable();
    }

    /// <summary>The container may have been added once more: that changes no address, and renews the handle.</summary>
    private void RequireSameHandle()
    {
        if (_holding.HandleId is not { } handle)
        {
            return;
        }

        var key = EtcdKeys.Handle(handle);
        draft.RelyOn(key);
        if (draft.View.ModRevision(key) != _holding.HandleRevision)
        {
            throw Differs($"handle {handle} was written since it was looked at");
        }
    }

    /// <summary>The blocks the handle names and those it was seen in: upstream's clients may leave one without the other.</summary>
    private List<Cidr>? Blocks()
    {
        if (_holding.HandleId is null)
        {
            return [];
        }

        if (HeldAddresses.Blocks(draft, _holding.HandleId) is not { } named)
        {
            return null;
        }

        var all = named.Union(_holding.Addresses.Select(a => a.Block)).Order().ToList();
        return all.Count(cidr => draft.Knows(EtcdKeys.Block(cidr))) == all.Count ? all : null;
    }

    private void SettleInquiry()
    {
        if (_holding.Node is not { } node)
        {
            return;
        }

        var key = EtcdKeys.Inquiry(node, _holding.Subject);
        var inquiry = draft.Read<AddressInquiry>(key);
        if (request.Answer is { } asked && (inquiry?.InUse != false || inquiry.AskedAt != asked))
        {
            throw Differs($"node {node} no longer says that {_holding.Describe()} is not in use");
        }

        if (inquiry is not null)
        {
            draft.Delete(key);
        }
    }

    private ImmutableArray<IpAddress> Release(Cidr cidr, string handleId)
    {
        var key = EtcdKeys.Block(cidr);
        draft.RelyOn(key);
        var expected = _holding.Addresses.Where(a => a.Block == cidr).ToDictionary(a => (int)cidr.OrdinalOf(a.Address), a => a.Sequence);
        if (BlockDrafts.Peek(draft, cidr, context) is not { } block)
        {
            BlockDrafts.Forget(draft, handleId, cidr);
            return expected.Count == 0 ? [] : throw Differs($"block {cidr} is gone");
        }

        bool Holds(AllocationAttribute attribute) => attribute.HandleId == handleId && attribute.ReleasedAt is null;
        var now = BlockAllocator.AddressesOf(block, Holds);
        if (now.Length != expected.Count)
        {
            throw Differs($"handle {handleId} holds {now.Length} addresses of block {cidr}, {expected.Count} when it was looked at");
        }

        var (after, released) = BlockAllocator.Release(block, Holds, PlanContext.CoolDown(PlanContext.Config(draft)), context.Now, expected);
        if (released.Length != expected.Count)
        {
            throw Differs($"an address of handle {handleId} in block {cidr} was given out anew");
        }

        if (!released.IsEmpty)
        {
            BlockDrafts.Store(draft, after);
        }

        BlockDrafts.Recount(draft, handleId, after);
        return released;
    }

    private void DeleteEndpoints()
    {
        foreach (var seen in _holding.Endpoints)
        {
            var endpoint = draft.Read<Resource<WorkloadEndpointSpec>>(seen.Key);
            if (endpoint is null)
            {
                continue;
            }

            if (endpoint.Spec.ContainerId != seen.ContainerId)
            {
                throw Differs($"the endpoint {seen.Key} has a new container");
            }

            draft.Delete(seen.Key);
        }
    }

    private static IpamException Differs(string message) => new(IpamFailure.Differs, message, "it is looked at again in the next round");
}
