using System.Collections.Immutable;
using Calico.Ipam.Core.Blocks;
using Calico.Ipam.Core.Reserve;
using Calico.Model;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Ipam.Core.Transactions;

/// <summary>One DEL as changes to a draft.</summary>
internal sealed class ReleasePlanner(PlanContext context, Draft draft, ReleaseRequest request)
{
    /// <summary>Null when the draft wants more to be read first.</summary>
    public ReleaseResult? Plan()
    {
        PlanContext.RequireReady(draft, evenIfAbsent: true);
        var holder = AddressHolder.Of(request.Identity);
        if (HeldAddresses.Blocks(draft, holder.HandleId) is not { } blocks)
        {
            return null;
        }

        if (request.ToReserve.Count > 0 && HeldAddresses.Blocks(draft, NodeReserve.HandleId(request.Node)) is null)
        {
            return null;
        }

        foreach (var address in request.ToReserve)
        {
            ReserveReturn.Release(context, draft, holder, address, request.Node);
        }

        var released = ImmutableArray.CreateBuilder<IpAddress>();
        foreach (var cidr in blocks)
        {
            released.AddRange(Release(cidr, holder));
        }

        return new ReleaseResult(released.ToImmutable(), DeleteEndpoint());
    }

    private ImmutableArray<IpAddress> Release(Cidr cidr, AddressHolder holder)
    {
        var key = EtcdKeys.Block(cidr);
        draft.RelyOn(key);
        if (BlockDrafts.Peek(draft, cidr, context) is not { } block)
        {
            BlockDrafts.Forget(draft, holder.HandleId, cidr);
            return [];
        }

        var coolDown = PlanContext.CoolDown(PlanContext.Config(draft));
        var (after, released) = BlockAllocator.Release(block, holder.Holds, coolDown, context.Now);
        if (!released.IsEmpty)
        {
            BlockDrafts.Store(draft, after);
        }

        BlockDrafts.Recount(draft, holder.HandleId, after);
        return released;
    }

    /// <summary>The endpoint goes only if it is still this container's: the pod may have a new one by now.</summary>
    private ImmutableArray<string> DeleteEndpoint()
    {
        var endpoint = draft.Read<Resource<WorkloadEndpointSpec>>(request.EndpointKey);
        if (endpoint is null || endpoint.Spec.ContainerId != request.Identity.ContainerId)
        {
            return [];
        }

        draft.Delete(request.EndpointKey);
        return endpoint.Spec.InterfaceName is { Length: > 0 } name ? [name] : [];
    }
}
