using System.Text;
using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Json;
using Calico.Model.Resources;

namespace Calico.Tests.Unit.Ipam;

/// <summary>What must hold in the store after every single transaction.</summary>
internal static class StoreInvariants
{
    /// <summary>The first violation in words; null when all hold.</summary>
    public static string? Violation(IReadOnlyDictionary<string, string> contents)
    {
        var blocks = Read<AllocationBlock>(contents, EtcdKeys.Blocks).ToList();
        var handles = Read<IpamHandle>(contents, EtcdKeys.Handles).ToDictionary(h => EtcdKeys.TryParseHandle(h.Key, out var id) ? id : "", h => h.Value);
        var endpoints = Read<Resource<WorkloadEndpointSpec>>(contents, EtcdKeys.Prefix(ResourceKind.WorkloadEndpoint)).Select(e => e.Value).ToList();
        return blocks.Select(b => BlockViolation(b.Value)).FirstOrDefault(v => v is not null)
            ?? HandleViolation([.. blocks.Select(b => b.Value)], handles)
            ?? EndpointViolation([.. blocks.Select(b => b.Value)], endpoints)
            ?? AffinityViolation(contents, [.. blocks.Select(b => b.Value)]);
    }

    private static string? BlockViolation(AllocationBlock block)
    {
        var allocated = Enumerable.Range(0, block.Allocations.Count).Where(o => block.Allocations[o] is not null);
        if (!allocated.Concat(block.Unallocated).Order().SequenceEqual(Enumerable.Range(0, (int)block.Cidr.Size)))
        {
            return $"{block.Cidr}: allocated and unallocated do not make up the block";
        }

        var used = block.Allocations.OfType<int>().Distinct().Order();
        return used.SequenceEqual(Enumerable.Range(0, block.Attributes.Count)) ? null : $"{block.Cidr}: attributes and their uses differ";
    }

    private static string? HandleViolation(List<AllocationBlock> blocks, Dictionary<string, IpamHandle> handles)
    {
        var counted = new Dictionary<string, Dictionary<string, int>>();
        foreach (var (handle, cidr) in blocks.SelectMany(b => b.Allocations.OfType<int>().Select(i => (b.Attributes[i], b.Cidr.ToString()))))
        {
            if (handle.ReleasedAt is not null)
            {
                continue;
            }

            var counts = counted.TryGetValue(handle.HandleId!, out var known) ? known : counted[handle.HandleId!] = [];
            counts[cidr] = counts.GetValueOrDefault(cidr) + 1;
        }

        if (!counted.Keys.Order().SequenceEqual(handles.Keys.Order()))
        {
            return $"handles in blocks: {string.Join(' ', counted.Keys)}; stored: {string.Join(' ', handles.Keys)}";
        }

        return counted.Where(c => !c.Value.OrderBy(p => p.Key).SequenceEqual(handles[c.Key].Block.OrderBy(p => p.Key)))
            .Select(c => $"handle {c.Key} counts differ from the blocks").FirstOrDefault();
    }

    private static string? EndpointViolation(List<AllocationBlock> blocks, List<Resource<WorkloadEndpointSpec>> endpoints)
    {
        var addresses = endpoints.SelectMany(e => e.Spec.IPNetworks ?? []).ToList();
        if (addresses.Distinct().Count() != addresses.Count)
        {
            return $"an address is in two endpoints: {string.Join(' ', addresses.Order())}";
        }

        foreach (var endpoint in endpoints)
        {
            foreach (var network in endpoint.Spec.IPNetworks ?? [])
            {
                var block = blocks.SingleOrDefault(b => b.Cidr.Contains(network.Address));
                var index = block?.Allocations[(int)block.Cidr.OrdinalOf(network.Address)];
                if (index is null || block!.Attributes[index.Value].HandleId != $"{Cluster.Network}.{endpoint.Spec.ContainerId}")
                {
                    return $"endpoint {endpoint.Metadata.Name} has {network}, which its handle does not hold";
                }
            }
        }

        return null;
    }

    private static string? AffinityViolation(IReadOnlyDictionary<string, string> contents, List<AllocationBlock> blocks)
    {
        var affinities = new HashSet<string>();
        foreach (var (key, affinity) in Read<BlockAffinity>(contents, EtcdKeys.Affinities))
        {
            if (!EtcdKeys.TryParseAffinity(key, out var node, out var cidr) || affinity.State != BlockAffinity.Confirmed)
            {
                return $"{key} is {affinity.State}";
            }

            affinities.Add($"host:{node} {cidr}");
        }

        var owned = blocks.Where(b => b.Affinity is not null).Select(b => $"{b.Affinity} {b.Cidr}");
        return affinities.SetEquals(owned) ? null : $"affinities {string.Join(',', affinities)} differ from the blocks' {string.Join(',', owned)}";
    }

    private static IEnumerable<(string Key, T Value)> Read<T>(IReadOnlyDictionary<string, string> contents, string prefix)
        where T : class => contents
            .Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(entry => (entry.Key, ModelJson.Read<T>(Encoding.UTF8.GetBytes(entry.Value))));
}
