using System.Collections.Immutable;
using Calico.Ipam.Core.Blocks;
using Calico.Ipam.Core.Pools;
using Calico.Ipam.Core.Transactions;
using Calico.Model;
using Calico.Model.Identity;
using Calico.Model.Ipam;
using Calico.Model.Json;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Store;

namespace Calico.Ipam.Core;

/// <summary>The calls that look at the store afresh: CHECK, GC and STATUS.</summary>
public sealed partial class IpamClient
{
    public async Task CheckAsync(CheckRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var endpointKey = EtcdKeys.Endpoint(request.Identity, request.Node);
        var view = new StoreView(request.Node);
        var draft = new Draft(view);
        draft.Wanted.Keys.UnionWith([EtcdKeys.Handle(request.Identity.HandleId), endpointKey, EtcdKeys.IpamConfig]);
        var held = ImmutableArray<IpAddress>.Empty;
        while (!draft.Wanted.IsEmpty)
        {
            await ReadAsync(view, [.. draft.Wanted.Keys.Select(key => new StoreOp.Get(key))], cancellationToken);
            draft = new Draft(view);
            held = HeldAddresses.Of(draft, new PlanContext(view, _time.GetUtcNow()), AddressHolder.Of(request.Identity)) ?? [];
        }

        foreach (var address in request.Addresses.Where(a => !held.Contains(a)))
        {
            throw Differs($"address {address} is not allocated to handle {request.Identity.HandleId}");
        }

        if (request.HasEndpoint)
        {
            CheckEndpoint(view.Get<Resource<WorkloadEndpointSpec>>(endpointKey)?.Spec, endpointKey, request);
        }
    }

    public async Task<CollectResult> CollectAsync(CollectRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var stale = new List<ReleaseRequest>();
        var failures = ImmutableArray.CreateBuilder<string>();
        var blocks = await _store.RangeAsync(RangeRequest.Prefix(EtcdKeys.Blocks), cancellationToken);
        foreach (var keyValue in blocks.KeyValues)
        {
            try
            {
                stale.AddRange(Stale(ModelJson.Read<AllocationBlock>(keyValue.Value.Span), request));
            }
            catch (System.Text.Json.JsonException e)
            {
                failures.Add($"{keyValue.Key} cannot be read: {e.Message}");
            }
        }

        var hostInterfaces = ImmutableArray.CreateBuilder<string>();
        var requests = stale.Distinct().ToList();
        var outcomes = requests.Count == 0 ? [] : await CommitAsync(requests, cancellationToken);
        foreach (var (release, outcome) in requests.Zip(outcomes))
        {
            hostInterfaces.AddRange(outcome.Release?.HostInterfaces ?? []);
            if (outcome.Error is { } error)
            {
                failures.Add($"{release.Identity.HandleId}: {error.Message}");
            }
        }

        return new CollectResult(hostInterfaces.ToImmutable(), failures.ToImmutable());
    }

    public async Task CheckReadyAsync(ReadyRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var view = await LoadViewAsync(request.Node, [], cancellationToken);
        var draft = new Draft(view);
        var context = new PlanContext(view, _time.GetUtcNow());
        PlanContext.RequireReady(draft, evenIfAbsent: false);
        foreach (var family in request.Families)
        {
            var named = family == IpFamily.IPv4 ? request.IPv4Pools : request.IPv6Pools;
            var choice = PoolChooser.Choose(context.Pools, family, named, () => AssignPlanner.NodeLabels(draft), ImmutableDictionary<string, string>.Empty);
            if (choice.Usable.IsEmpty)
            {
                throw AssignPlanner.NoPool(family, request.Node, choice, context);
            }
        }
    }

    private static void CheckEndpoint(WorkloadEndpointSpec? endpoint, string key, CheckRequest request)
    {
        if (endpoint is null)
        {
            throw Differs($"the endpoint {key} does not exist");
        }

        if (endpoint.ContainerId != request.Identity.ContainerId)
        {
            throw Differs($"the endpoint {key} belongs to container {endpoint.ContainerId}, not {request.Identity.ContainerId}");
        }

        foreach (var address in request.Addresses.Where(a => endpoint.IPNetworks?.Contains(a.ToCidr()) != true))
        {
            throw Differs($"the endpoint {key} does not have the address {address}");
        }
    }

    /// <summary>What this node holds in a block for the network without a valid attachment.</summary>
    private static IEnumerable<ReleaseRequest> Stale(AllocationBlock block, CollectRequest request)
    {
        foreach (var attribute in block.Attributes)
        {
            var fields = attribute.Secondary;
            if (attribute.ReleasedAt is not null || attribute.HandleId?.StartsWith(request.Network + ".", StringComparison.Ordinal) != true
                || fields?.GetValueOrDefault(AllocationAttribute.NodeField) != request.Node)
            {
                continue;
            }

            var containerId = attribute.HandleId[(request.Network.Length + 1)..];
            var name = fields.GetValueOrDefault(AddressHolder.InterfaceField);
            if (request.Valid.Any(valid => valid.ContainerId == containerId && (name is null || valid.Interface == name)))
            {
                continue;
            }

            var isPod = fields.TryGetValue(AllocationAttribute.PodField, out var pod) && fields.ContainsKey(AllocationAttribute.NamespaceField);
            yield return new ReleaseRequest(
                new WorkloadIdentity(
                    isPod ? WorkloadIdentity.Kubernetes : WorkloadIdentity.PlainCni,
                    isPod ? fields[AllocationAttribute.NamespaceField] : WorkloadIdentity.DefaultNamespace,
                    isPod ? pod! : containerId,
                    containerId,
                    name ?? "eth0",
                    request.Network),
                request.Node);
        }
    }

    private static IpamException Differs(string message) => new(IpamFailure.Differs, message, "the store was changed since the ADD");
}
