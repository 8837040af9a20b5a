using System.Collections.Immutable;
using Calico.Ipam.Core.Blocks;
using Calico.Ipam.Core.Endpoints;
using Calico.Ipam.Core.Pools;
using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Ipam.Core.Transactions;

/// <summary>One ADD as changes to a draft.</summary>
internal sealed class AssignPlanner(PlanContext context, Draft draft, AssignRequest request)
{
    private readonly AllocationAttribute _attribute = AddressHolder.Attribute(request.Identity, request.Node, context.Now);
    private readonly AddressHolder _holder = AddressHolder.Of(request.Identity);

    /// <summary>Null when the draft wants more to be read first.</summary>
    /// <exception cref="IpamException">The request cannot be met.</exception>
    public Assignment? Plan()
    {
        PlanContext.RequireReady(draft, evenIfAbsent: false);
        var held = HeldAddresses.Of(draft, context, _holder);
        var existing = request.WritesEndpoint ? draft.Read<Resource<WorkloadEndpointSpec>>(request.EndpointKey) : null;
        if (held is null)
        {
            return null;
        }

        var asked = PodAnnotations.Addresses(request);
        var families = asked.Count > 0 ? [.. asked.Select(a => a.Family)] : PodAnnotations.Families(request);
        if (families.Count == 0)
        {
            throw new IpamException(IpamFailure.InvalidRequest, "no address family is asked for", "set assign_ipv4 or assign_ipv6 in the conf's ipam section");
        }

        var addresses = ImmutableArray.CreateBuilder<IpAddress>();
        foreach (var family in families.Order())
        {
            var address = held.Value.FirstOrNull(a => a.Family == family) ?? Take(family, asked, existing);
            if (address is null)
            {
                return null;
            }

            addresses.Add(address.Value);
        }

        if (!held.Value.IsEmpty)
        {
            // The collector may be about to take back what looked left over until now. It relies on the handle; an ADD that finds all in place and
            // wrote nothing would not stop it.
            draft.Renew<IpamHandle>(EtcdKeys.Handle(_holder.HandleId));
        }

        return new Assignment(addresses.ToImmutable(), request.WritesEndpoint ? WriteEndpoint(existing, addresses.ToImmutable()) : null);
    }

    private IpAddress? Take(IpFamily family, IReadOnlyList<IpAddress> asked, Resource<WorkloadEndpointSpec>? existing)
    {
        var wanted = asked.FirstOrNull(a => a.Family == family);
        var taken = wanted is { } address
            ? new SpecificAddress(context, draft, _attribute).Take(address, FormerHandle(existing, address))
            : TakeAny(family);
        if (taken is not { } found)
        {
            return null;
        }

        draft.Write(EtcdKeys.Block(found.Block.Cidr), found.Block);
        BlockDrafts.Recount(draft, _holder.HandleId, found.Block);
        return found.Address;
    }

    private (AllocationBlock Block, IpAddress Address)? TakeAny(IpFamily family)
    {
        var choice = PoolChooser.Choose(
            context.Pools, family, PodAnnotations.Pools(request, family), () => NodeLabels(draft), request.Metadata.NamespaceLabels);
        if (choice.Usable.IsEmpty)
        {
            throw NoPool(family, request.Node, choice, context);
        }

        var taken = new AffinityPlanner(context, draft, choice.Usable, family, _attribute).Take(out var exhausted);
        return exhausted is null
            ? taken
            : throw new IpamException(
                IpamFailure.Exhausted,
                $"no {family} address is left for node {request.Node} in {string.Join(", ", choice.Usable.Select(p => $"{p.Name} ({p.Cidr})"))}",
                string.Join("; ", [exhausted, .. choice.Refused, .. context.Problems]));
    }

    public static IpamException NoPool(IpFamily family, string node, PoolChoice choice, PlanContext context) => new(
        IpamFailure.NoUsablePool, $"no {family} pool serves node {node}", string.Join("; ", [.. choice.Refused, .. context.Problems]));

    public static IReadOnlyDictionary<string, string> NodeLabels(Draft draft) =>
        draft.Read<Resource<NodeSpec>>(EtcdKeys.Resource(ResourceKind.Node, draft.View.Node))?.Metadata.Labels ?? [];

    /// <summary>A pod restarted in place wants its fixed address from its own earlier container, whose DEL may come later.</summary>
    private string? FormerHandle(Resource<WorkloadEndpointSpec>? existing, IpAddress address) =>
        existing?.Spec.ContainerId is { } former && former != request.Identity.ContainerId
            && existing.Spec.IPNetworks?.Contains(address.ToCidr()) == true
            ? (request.Identity with { ContainerId = former }).HandleId
            : null;

    private WorkloadEndpointSpec WriteEndpoint(Resource<WorkloadEndpointSpec>? existing, ImmutableArray<IpAddress> addresses)
    {
        if (!request.Identity.IsKubernetes)
        {
            WriteProfile();
        }

        if (existing is { Spec: { } spec } && spec.ContainerId == request.Identity.ContainerId && spec.InterfaceName == request.Identity.HostInterface()
            && spec.Mac is not null && spec.IPNetworks is { } networks && networks.SequenceEqual(addresses.Select(a => a.ToCidr())))
        {
            return spec;
        }

        var endpoint = EndpointBuilder.Endpoint(request, existing, addresses, Guid.NewGuid(), context.Now);
        draft.Write(request.EndpointKey, endpoint);
        return endpoint.Spec;
    }

    private void WriteProfile()
    {
        var key = EtcdKeys.Resource(ResourceKind.Profile, request.Identity.Network);
        if (draft.Read<Resource<ProfileSpec>>(key) is null)
        {
            draft.Write(key, EndpointBuilder.Profile(request.Identity.Network, Guid.NewGuid(), context.Now));
        }
    }
}
