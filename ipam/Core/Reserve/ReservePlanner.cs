using System.Collections.Immutable;
using Calico.Ipam.Core.Blocks;
using Calico.Ipam.Core.Pools;
using Calico.Ipam.Core.Transactions;
using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Net;

namespace Calico.Ipam.Core.Reserve;

/// <summary>Filling and emptying the node's reserve as changes to a draft. Never claims a block and never borrows: pods come first.</summary>
internal sealed class ReservePlanner(PlanContext context, Draft draft, ReserveRequest request)
{
    /// <summary>The part of a block that the reserve may take: one address in four.</summary>
    private const int BlockShare = 4;

    private readonly AddressHolder _holder = AddressHolder.Of(request.Identity);
    private readonly AllocationAttribute _attribute = NodeReserve.Attribute(request.Node);

    /// <summary>Null when the draft wants more to be read first.</summary>
    /// <exception cref="IpamException">The cluster is closed for changes, or an object cannot be read.</exception>
    public ReserveContent? Plan()
    {
        PlanContext.RequireReady(draft, evenIfAbsent: false);
        if (HeldAddresses.Of(draft, context, _holder) is not { } held)
        {
            return null;
        }

        var labels = AssignPlanner.NodeLabels(draft);
        var content = new List<IpAddress>(held.Where(request.InUse.Contains));
        foreach (var family in Enum.GetValues<IpFamily>())
        {
            // Whatever a namespace selects besides: an ADD looks at its own namespace's labels once more.
            var pools = PoolChooser.Choose(context.Pools, family, [], () => labels, ImmutableDictionary<string, string>.Empty).Usable;
            var spare = held.Where(a => a.Family == family && !request.InUse.Contains(a)).ToList();
            var kept = spare.Where(a => IsUsable(a, pools)).Take(request.Count).ToList();
            foreach (var address in spare.Except(kept))
            {
                ReserveReturn.Release(context, draft, _holder, address, null);
            }

            content.AddRange(kept);
            while (kept.Count < request.Count && Take(pools, family) is { } taken)
            {
                kept.Add(taken);
                content.Add(taken);
            }
        }

        var rules = new OfflineRules([.. context.Pools], labels, PlanContext.CoolDown(PlanContext.Config(draft)));
        return draft.Wanted.IsEmpty ? new ReserveContent([.. content.Order()], rules) : null;
    }

    private bool IsUsable(IpAddress address, ImmutableArray<Pool> pools) =>
        pools.Any(pool => pool.Cidr.Contains(address)) && !context.Reservations.Contains(address)
        && Block(address) is { } block && BlockAllocator.IsOwnedBy(block, request.Node);

    private AllocationBlock? Block(IpAddress address) => HeldAddresses.Blocks(draft, _holder.HandleId)!
        .Where(cidr => cidr.Contains(address)).Select(cidr => BlockDrafts.Peek(draft, cidr, context)).FirstOrDefault();

    private IpAddress? Take(ImmutableArray<Pool> pools, IpFamily family)
    {
        foreach (var cidr in BlockDrafts.Own(draft, family))
        {
            if (pools.FirstOrDefault(pool => pool.Cidr.Contains(cidr)) is not { } pool || !draft.Knows(EtcdKeys.Block(cidr))
                || !BlockDrafts.TryPeek(draft, cidr, context, out var block) || block is null || !BlockAllocator.IsOwnedBy(block, request.Node)
                || BlockAllocator.AddressesOf(block, _holder.Holds).Length >= (int)cidr.Size / BlockShare
                || BlockAllocator.Assign(block, _attribute, context.Reservations) is not { } taken)
            {
                continue;
            }

            draft.RelyOn(pool.Key);
            draft.RelyOn(EtcdKeys.Block(cidr));
            draft.Write(EtcdKeys.Block(cidr), taken.Block);
            BlockDrafts.Recount(draft, _holder.HandleId, taken.Block);
            return taken.Address;
        }

        return null;
    }
}
