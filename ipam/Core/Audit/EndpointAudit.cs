using System.Collections.Immutable;
using Calico.Ipam.Core.Collection;
using Calico.Model.Identity;
using Calico.Model.Ipam;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Ipam.Core.Audit;

/// <summary>Holds the addresses of endpoints against the blocks. Pure.</summary>
internal static class EndpointAudit
{
    public static void Check(IpamSnapshot store, ImmutableSortedDictionary<Cidr, AllocationBlock> blocks, ImmutableArray<IpamFinding>.Builder findings)
    {
        var handles = blocks.Values.SelectMany(block => block.Attributes).Select(attribute => attribute.HandleId).OfType<string>().Concat(store.Handles.Keys)
            .Distinct().ToLookup(HoldingsFinder.ContainerOf);
        var lengths = blocks.Keys.Select(block => (block.Address.Family, block.PrefixLength)).Distinct().ToArray();
        var seen = new SortedDictionary<IpAddress, string>();
        foreach (var (key, endpoint) in store.Endpoints)
        {
            var name = $"endpoint {endpoint.Metadata.Namespace}/{endpoint.Metadata.Name}";
            foreach (var address in (endpoint.Spec.IPNetworks ?? []).Where(network => network.IsSingleAddress).Select(network => network.Address))
            {
                if (!seen.TryAdd(address, name))
                {
                    findings.Add(new IpamFinding(IpamFindingKind.AddressShared, name, $"has {address}, which {seen[address]} has, too", null));
                }

                // Addresses of another IPAM are none of ours.
                if (BlockOf(address, lengths, blocks, store) is { } cidr)
                {
                    CheckAddress(name, key, endpoint.Spec, address, blocks[cidr], handles, findings);
                }
            }
        }
    }

    /// <param name="lengths">The few sizes that blocks have, so that not every block is asked.</param>
    private static Cidr? BlockOf(
        IpAddress address, IReadOnlyList<(IpFamily Family, int Length)> lengths, ImmutableSortedDictionary<Cidr, AllocationBlock> blocks, IpamSnapshot store) =>
        !store.Pools.Values.Any(pool => pool.Contains(address))
            ? null
            : lengths.Where(length => length.Family == address.Family).Select(length => new Cidr(address, length.Length)).Where(blocks.ContainsKey).Select(cidr => (Cidr?)cidr).FirstOrDefault();

    private static void CheckAddress(
        string name, string key, WorkloadEndpointSpec spec, IpAddress address, AllocationBlock block, ILookup<string, string> handles, ImmutableArray<IpamFinding>.Builder findings)
    {
        var container = spec.ContainerId ?? "";
        var holder = block.HolderOf(address);
        if (holder is null)
        {
            var repair = handles[container].Order(StringComparer.Ordinal).FirstOrDefault() is { } handle ? new IpamRepair.EndpointAddress(key, address, block.Cidr, handle) : null;
            findings.Add(new IpamFinding(IpamFindingKind.EndpointAddressFree, name, $"has {address}, which is free in block {block.Cidr}: it could be given out a second time", repair));
        }
        else if (container.Length > 0 && (holder.HandleId is null || HoldingsFinder.ContainerOf(holder.HandleId) != container))
        {
            var other = holder.ReleasedAt is { } released ? $"was released at {released:u} and cools down" : $"is allocated to {holder.HandleId ?? "nobody"}";
            findings.Add(new IpamFinding(IpamFindingKind.EndpointAddressTaken, name, $"of container {container} has {address}, which {other}", null));
        }
    }

    /// <summary>What is written beside an address that an endpoint turns out to have.</summary>
    public static AllocationAttribute AttributeOf(string handleId, Resource<WorkloadEndpointSpec> endpoint)
    {
        var fields = new Dictionary<string, string> { [AllocationAttribute.NodeField] = endpoint.Spec.Node ?? "" };
        if (endpoint.Spec is { Orchestrator: WorkloadIdentity.Kubernetes, Pod: { Length: > 0 } pod })
        {
            fields[AllocationAttribute.PodField] = pod;
            fields[AllocationAttribute.NamespaceField] = endpoint.Metadata.Namespace ?? "";
        }

        return new AllocationAttribute { HandleId = handleId, Secondary = fields };
    }
}
