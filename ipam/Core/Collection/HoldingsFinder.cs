using System.Collections.Immutable;
using Calico.Ipam.Core.Blocks;
using Calico.Model.Identity;
using Calico.Model.Ipam;
using Calico.Model.Resources;

namespace Calico.Ipam.Core.Collection;

/// <summary>Sorts allocations, handles and endpoints by whom they belong to.</summary>
internal static class HoldingsFinder
{
    /// <summary>Set for addresses of a Service of type LoadBalancer.</summary>
    private const string ServiceField = "service";

    /// <summary>What upstream keeps free in each block for hosts that run Windows.</summary>
    private const string WindowsHandle = "windows-reserved-ipam-handle";

    private static readonly string[] TunnelHandles =
    [
        "ipip-tunnel-addr-", "vxlan-tunnel-addr-", "vxlan-v6-tunnel-addr-", "wireguard-tunnel-addr-", "wireguard-v6-tunnel-addr-",
    ];

    /// <param name="handles">ID and ModRevision.</param>
    public static ImmutableArray<Holding> Find(
        IReadOnlyList<AllocationBlock> blocks, IReadOnlyDictionary<string, long> handles, IReadOnlyList<(string Key, Resource<WorkloadEndpointSpec> Endpoint)> endpoints)
    {
        var byHandle = new Dictionary<string, (List<HeldAddress> Addresses, AllocationAttribute? Attribute)>(StringComparer.Ordinal);
        foreach (var handle in handles.Keys)
        {
            byHandle[handle] = ([], null);
        }

        foreach (var (address, attribute) in blocks.SelectMany(Allocations))
        {
            var known = byHandle.TryGetValue(attribute.HandleId!, out var entry) ? entry.Addresses : [];
            known.Add(address);
            byHandle[attribute.HandleId!] = (known, attribute);
        }

        var unclaimed = endpoints.Where(e => !string.IsNullOrEmpty(e.Endpoint.Spec.ContainerId)).ToLookup(e => e.Endpoint.Spec.ContainerId!);
        var claimed = new HashSet<string>(StringComparer.Ordinal);
        var holdings = ImmutableArray.CreateBuilder<Holding>();
        foreach (var (handle, (addresses, attribute)) in byHandle.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var own = unclaimed[ContainerOf(handle)].ToList();
            claimed.UnionWith(own.Select(e => e.Key));
            holdings.Add(Of(handle, addresses, attribute, own) with { HandleRevision = handles.GetValueOrDefault(handle) });
        }

        holdings.AddRange(endpoints.Where(e => !claimed.Contains(e.Key)).Select(Of));
        return holdings.ToImmutable();
    }

    /// <summary>The container's ID is what follows the last dot of a handle: no runtime puts a dot into one.</summary>
    public static string ContainerOf(string handle) => handle[(handle.LastIndexOf('.') + 1)..];

    private static Holding Of(
        string handle, List<HeldAddress> addresses, AllocationAttribute? attribute, List<(string Key, Resource<WorkloadEndpointSpec> Endpoint)> endpoints)
    {
        var fields = attribute?.Secondary;
        var spec = endpoints.Count > 0 ? endpoints[0].Endpoint.Spec : null;
        var isPod = fields?.ContainsKey(AllocationAttribute.PodField) == true && fields.ContainsKey(AllocationAttribute.NamespaceField);
        return new Holding(handle)
        {
            HandleId = handle,
            Addresses = [.. addresses.OrderBy(a => a.Address)],
            Endpoints = [.. endpoints.Select(Endpoint)],
            Node = fields?.GetValueOrDefault(AllocationAttribute.NodeField) ?? spec?.Node,
            Namespace = isPod ? fields![AllocationAttribute.NamespaceField] : PodOf(spec) is null ? null : endpoints[0].Endpoint.Metadata.Namespace,
            Pod = isPod ? fields![AllocationAttribute.PodField] : PodOf(spec),
            Purpose = Purpose(handle, fields),
        };
    }

    private static Holding Of((string Key, Resource<WorkloadEndpointSpec> Endpoint) endpoint)
    {
        var (metadata, spec) = (endpoint.Endpoint.Metadata, endpoint.Endpoint.Spec);
        return new Holding($"endpoint/{metadata.Namespace}/{metadata.Name}")
        {
            Endpoints = [Endpoint(endpoint)],
            Node = spec.Node,
            Namespace = metadata.Namespace,
            Pod = PodOf(spec),
        };
    }

    private static string? PodOf(WorkloadEndpointSpec? spec) => spec?.Orchestrator == WorkloadIdentity.Kubernetes ? spec.Pod : null;

    private static HeldEndpoint Endpoint((string Key, Resource<WorkloadEndpointSpec> Endpoint) endpoint) =>
        new(endpoint.Key, endpoint.Endpoint.Spec.ContainerId, endpoint.Endpoint.Spec.InterfaceName ?? "");

    private static string? Purpose(string handle, Dictionary<string, string>? fields) =>
        fields?.GetValueOrDefault(AllocationAttribute.TypeField)
        ?? (fields?.ContainsKey(ServiceField) == true ? ServiceField : null)
        ?? (handle == WindowsHandle || TunnelHandles.Any(prefix => handle.StartsWith(prefix, StringComparison.Ordinal)) ? handle : null);

    private static IEnumerable<(HeldAddress Address, AllocationAttribute Attribute)> Allocations(AllocationBlock block)
    {
        for (var ordinal = 0; ordinal < block.Allocations.Count; ordinal++)
        {
            if (block.Allocations[ordinal] is { } index && block.Attributes[index] is { HandleId: not null, ReleasedAt: null } attribute)
            {
                yield return (new HeldAddress(block.Cidr[(UInt128)ordinal], block.Cidr, BlockAllocator.SequenceOf(block, ordinal)), attribute);
            }
        }
    }
}
