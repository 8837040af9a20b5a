using System.Collections.Immutable;
using Calico.Ipam.Core.Blocks;
using Calico.Ipam.Core.Endpoints;
using Calico.Ipam.Core.Transactions;
using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Ipam.Core.Reserve;

/// <summary>
/// What an ADD was given without the store, as changes to a draft: the addresses move from the reserve to the container, what the container holds
/// besides (by an attempt of which nobody heard) goes, and the endpoint is written. Whatever of it is done already stays as it is.
/// </summary>
internal sealed class AdoptPlanner(PlanContext context, Draft draft, AdoptRequest request)
{
    private readonly AddressHolder _holder = AddressHolder.Of(request.Identity);
    private readonly AllocationAttribute _attribute = AddressHolder.Attribute(request.Identity, request.Node, context.Now);
    private readonly string _reserve = NodeReserve.HandleId(request.Node);

    /// <summary>Null when the draft wants more to be read first.</summary>
    /// <exception cref="IpamException"><see cref="IpamFailure.AddressTaken"/>: somebody else has been given an address meanwhile.</exception>
    public Assignment? Plan()
    {
        PlanContext.RequireReady(draft, evenIfAbsent: false);
        var held = HeldAddresses.Of(draft, context, _holder);
        var reserved = HeldAddresses.Blocks(draft, _reserve);
        var former = request.Formers.Select(holder => HeldAddresses.Blocks(draft, holder.HandleId)).ToList();
        var existing = request.Endpoint is null ? null : draft.Read<Resource<WorkloadEndpointSpec>>(request.EndpointKey);
        if (held is null || reserved is null || former.Contains(null))
        {
            return null;
        }

        foreach (var address in request.Addresses.Where(address => !held.Value.Contains(address)))
        {
            if (!Move(address, [.. reserved, .. former.SelectMany(blocks => blocks!)]))
            {
                return null;
            }
        }

        foreach (var address in held.Value.Where(address => !request.Addresses.Contains(address)))
        {
            ReserveReturn.Release(context, draft, _holder, address, request.ToReserve.Contains(address) ? request.Node : null);
        }

        return new Assignment(request.Addresses, request.Endpoint is { } endpoint ? Write(endpoint, existing).Spec : null);
    }

    /// <summary>False when a block must be read first.</summary>
    private bool Move(IpAddress address, IReadOnlyList<Cidr> blocks)
    {
        // A pool that was disabled or deleted since does not matter: the pod has the address.
        var cidrs = blocks.Where(block => block.Contains(address))
            .Concat(context.Pools.Where(pool => pool.Cidr.Contains(address)).Select(pool => pool.BlockOf(address))).ToList();
        if (cidrs.Count == 0)
        {
            throw Lost(address, "its block and its pool are gone");
        }

        var key = EtcdKeys.Block(cidrs[0]);
        draft.RelyOn(key);
        if (!draft.Knows(key))
        {
            return false;
        }

        var block = BlockDrafts.Peek(draft, cidrs[0], context) ?? throw Lost(address, $"block {cidrs[0]} is gone");
        var current = block.HolderOf(address);
        var holders = request.Formers.Where(holder => holder.HandleId == current?.HandleId).ToList();
        if (current is { ReleasedAt: null } && current.HandleId != _reserve && holders.Count == 0)
        {
            throw Lost(address, $"it is held by handle {current.HandleId ?? "(none)"} now");
        }

        var free = current is null ? block : ReserveReturn.Free(context, block, address);
        var taken = BlockAllocator.Assign(free, _attribute, address)!;
        draft.Write(key, taken);
        BlockDrafts.Recount(draft, _holder.HandleId, taken);
        if (current is { ReleasedAt: null, HandleId: { } handle })
        {
            BlockDrafts.Recount(draft, handle, taken);
        }

        foreach (var holder in holders)
        {
            DeleteEndpoint(holder, address);
        }

        return true;
    }

    /// <summary>No address is ever in two endpoints: that of a former holder goes with it, even if its own DEL is told later.</summary>
    private void DeleteEndpoint(FormerHolder former, IpAddress address)
    {
        if (former.EndpointKey != request.EndpointKey && draft.Read<Resource<WorkloadEndpointSpec>>(former.EndpointKey) is { Spec: var spec }
            && spec.ContainerId == former.ContainerId && spec.IPNetworks?.Contains(address.ToCidr()) == true)
        {
            draft.Delete(former.EndpointKey);
        }
    }

    private Resource<WorkloadEndpointSpec> Write(Resource<WorkloadEndpointSpec> given, Resource<WorkloadEndpointSpec>? existing)
    {
        var profile = EtcdKeys.Resource(ResourceKind.Profile, request.Identity.Network);
        if (!request.Identity.IsKubernetes && draft.Read<Resource<ProfileSpec>>(profile) is null)
        {
            draft.Write(profile, EndpointBuilder.Profile(request.Identity.Network, Guid.NewGuid(), context.Now));
        }

        if (existing is { Spec: var spec } && spec.ContainerId == given.Spec.ContainerId && spec.InterfaceName == given.Spec.InterfaceName
            && spec.IPNetworks is { } networks && networks.SequenceEqual(given.Spec.IPNetworks ?? []))
        {
            return existing;
        }

        var endpoint = existing is null ? given : existing with
        {
            Metadata = given.Metadata with { Uid = existing.Metadata.Uid, CreationTimestamp = existing.Metadata.CreationTimestamp },
            Spec = given.Spec,
        };
        draft.Write(request.EndpointKey, endpoint);
        return endpoint;
    }

    private IpamException Lost(IpAddress address, string why) => new(
        IpamFailure.AddressTaken,
        $"{address}, which container {request.Identity.ContainerId} on node {request.Node} was given while the store was away, is no longer the node's: {why}",
        "somebody freed the node's reserve during the outage; delete that pod, so that it starts anew with another address");
}
