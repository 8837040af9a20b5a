using Calico.Ipam.Core.Audit;
using Calico.Ipam.Core.Blocks;
using Calico.Ipam.Core.Collection;
using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Ipam.Core.Transactions;

/// <summary>Puts one thing right, as changes to a draft, by what the store says now. Whatever became right by itself stays untouched.</summary>
internal sealed class RepairPlanner(PlanContext context, Draft draft)
{
    /// <summary>False when the draft wants more to be read first.</summary>
    public bool Plan(IpamRepair repair) => repair switch
    {
        IpamRepair.Handle handle => PlanHandle(handle),
        IpamRepair.FreeList list => PlanFreeList(list.Block),
        IpamRepair.Affinity affinity => PlanAffinity(affinity),
        IpamRepair.EndpointAddress endpoint => PlanEndpoint(endpoint),
        _ => throw new ArgumentException($"unknown repair {repair.GetType()}", nameof(repair)),
    };

    private bool PlanHandle(IpamRepair.Handle repair)
    {
        if (HeldAddresses.Blocks(draft, repair.HandleId) is not { } named)
        {
            return false;
        }

        foreach (var cidr in named.Union(repair.Blocks).Order())
        {
            draft.RelyOn(EtcdKeys.Block(cidr));
            if (BlockDrafts.Peek(draft, cidr, context) is not { } block)
            {
                BlockDrafts.Forget(draft, repair.HandleId, cidr);
            }
            else if (CountIn(block, repair.HandleId) != (draft.Peek<IpamHandle>(EtcdKeys.Handle(repair.HandleId))?.Block.GetValueOrDefault(cidr.ToString()) ?? 0))
            {
                BlockDrafts.Recount(draft, repair.HandleId, block);
            }
        }

        if (draft.Read<IpamHandle>(EtcdKeys.Handle(repair.HandleId)) is { Block.Count: 0 })
        {
            draft.Delete(EtcdKeys.Handle(repair.HandleId));
        }

        return true;
    }

    private static int CountIn(AllocationBlock block, string handleId) => BlockAllocator.AddressesOf(block, a => a.HandleId == handleId && a.ReleasedAt is null).Length;

    private bool PlanFreeList(Cidr cidr)
    {
        if (BlockDrafts.Peek(draft, cidr, context) is not { } block)
        {
            return true;
        }

        var free = Enumerable.Range(0, block.Allocations.Count).Where(ordinal => block.Allocations[ordinal] is null).ToList();
        var complete = block.Unallocated.Distinct().Concat(free.Except(block.Unallocated)).ToArray();
        if (complete.Length != block.Unallocated.Count)
        {
            draft.Write(EtcdKeys.Block(cidr), block with { Unallocated = complete, SequenceNumber = block.SequenceNumber + 1 });
        }

        return true;
    }

    private bool PlanAffinity(IpamRepair.Affinity repair)
    {
        var key = EtcdKeys.Affinity(repair.Owner, repair.Block);
        draft.RelyOn(EtcdKeys.Block(repair.Block));
        if (BlockDrafts.Peek(draft, repair.Block, context) is { } block && BlockAllocator.IsOwnedBy(block, repair.Owner))
        {
            BlockDrafts.ConfirmAffinity(draft, repair.Block);
        }
        else if (draft.Read<BlockAffinity>(key) is not null)
        {
            draft.Delete(key);
        }

        return true;
    }

    private bool PlanEndpoint(IpamRepair.EndpointAddress repair)
    {
        var endpoint = draft.Read<Resource<WorkloadEndpointSpec>>(repair.EndpointKey);
        if (endpoint?.Spec.IPNetworks?.Contains(repair.Address.ToCidr()) != true || endpoint.Spec.ContainerId != HoldingsFinder.ContainerOf(repair.HandleId))
        {
            return true;
        }

        draft.RelyOn(EtcdKeys.Block(repair.Block));
        if (BlockDrafts.Peek(draft, repair.Block, context) is { } block
            && BlockAllocator.Assign(block, EndpointAudit.AttributeOf(repair.HandleId, endpoint), repair.Address) is { } after)
        {
            BlockDrafts.Store(draft, after);
            BlockDrafts.Recount(draft, repair.HandleId, after);
        }

        return true;
    }
}
