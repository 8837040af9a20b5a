using System.Collections.Immutable;
using Calico.Ipam.Core.Blocks;
using Calico.Ipam.Core.Collection;
using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Net;

namespace Calico.Ipam.Core.Audit;

/// <summary>Holds everything that address management has in the store against everything else: blocks, handles, affinities, endpoints. Pure.</summary>
public sealed class IpamAuditor
{
    private readonly IpamSnapshot _store;
    private readonly ImmutableSortedDictionary<Cidr, AllocationBlock> _blocks;
    private readonly ImmutableArray<IpamFinding>.Builder _findings = ImmutableArray.CreateBuilder<IpamFinding>();

    private IpamAuditor(IpamSnapshot store)
    {
        _store = store;
        _blocks = store.StoredBlocks.ToImmutableSortedDictionary(block => block.Cidr, block => block);
    }

    /// <summary>All that is wrong, by kind of object.</summary>
    public static ImmutableArray<IpamFinding> Audit(IpamSnapshot store)
    {
        ArgumentNullException.ThrowIfNull(store);
        var auditor = new IpamAuditor(store);
        auditor.CheckReadable();
        auditor.CheckBlocks();
        auditor.CheckHandles();
        auditor.CheckAffinities();
        EndpointAudit.Check(store, auditor._blocks, auditor._findings);
        return auditor._findings.ToImmutable();
    }

    private void CheckReadable()
    {
        foreach (var problem in _store.Problems)
        {
            _findings.Add(new IpamFinding(IpamFindingKind.Unreadable, problem.Split(' ')[0], problem, null));
        }
    }

    private void CheckBlocks()
    {
        foreach (var (cidr, block) in _blocks)
        {
            var free = Enumerable.Range(0, block.Allocations.Count).Where(ordinal => block.Allocations[ordinal] is null);
            var lost = free.Except(block.Unallocated).Count();
            if (lost > 0 || block.Unallocated.Distinct().Count() != block.Unallocated.Count)
            {
                Add(IpamFindingKind.BlockLosesAddress, $"block {cidr}", lost > 0 ? $"{lost} addresses are neither allocated nor free" : "an address is free twice", new IpamRepair.FreeList(cidr));
            }

            if (!_store.Pools.Values.Any(pool => pool.Contains(cidr)))
            {
                Add(IpamFindingKind.OutsidePools, $"block {cidr}", "lies in no pool", null);
            }
        }
    }

    private void CheckHandles()
    {
        var held = new SortedDictionary<string, SortedDictionary<Cidr, int>>(StringComparer.Ordinal);
        foreach (var (cidr, attribute) in _blocks.SelectMany(block => Allocations(block.Value).Select(attribute => (block.Key, attribute))))
        {
            var counts = held.TryGetValue(attribute.HandleId!, out var known) ? known : held[attribute.HandleId!] = [];
            counts[cidr] = counts.GetValueOrDefault(cidr) + 1;
        }

        foreach (var handleId in _store.Handles.Keys.Union(held.Keys).Order(StringComparer.Ordinal))
        {
            CheckHandle(handleId, _store.Handles.GetValueOrDefault(handleId), held.GetValueOrDefault(handleId) ?? []);
        }
    }

    private void CheckHandle(string handleId, IpamHandle? handle, SortedDictionary<Cidr, int> held)
    {
        var counts = new SortedDictionary<Cidr, int>();
        foreach (var (text, count) in handle?.Block ?? [])
        {
            if (!Cidr.TryParse(text, out var cidr) || _store.Unreadable.Contains(EtcdKeys.Block(cidr)) || _store.Unreadable.Contains(EtcdKeys.Handle(handleId)))
            {
                // What cannot be read is reported by itself, and nothing is concluded from it.
                return;
            }

            counts[cidr] = count;
        }

        if (_store.Unreadable.Contains(EtcdKeys.Handle(handleId)) || counts.SequenceEqual(held))
        {
            if (handle is not null && held.Count == 0 && counts.Count == 0)
            {
                Add(IpamFindingKind.HandleEmpty, $"handle {handleId}", "names no address", new IpamRepair.Handle(handleId, []));
            }

            return;
        }

        var kind = handle is null ? IpamFindingKind.HandleMissing : held.Count == 0 ? IpamFindingKind.HandleEmpty : IpamFindingKind.HandleDiffers;
        var problem = kind switch
        {
            IpamFindingKind.HandleMissing => $"does not exist, and {held.Values.Sum()} addresses are allocated to it ({Text(held)})",
            IpamFindingKind.HandleEmpty => $"says that it has addresses ({Text(counts)}), and no block has any of it",
            _ => $"says {Text(counts)}, the blocks say {Text(held)}",
        };
        Add(kind, $"handle {handleId}", problem, new IpamRepair.Handle(handleId, [.. counts.Keys.Union(held.Keys)]));
    }

    private void CheckAffinities()
    {
        foreach (var ((node, cidr), state) in _store.AffinityStates.OrderBy(affinity => affinity.Key.Block).ThenBy(affinity => affinity.Key.Node, StringComparer.Ordinal))
        {
            if (_store.Unreadable.Contains(EtcdKeys.Block(cidr)) || _store.Unreadable.Contains(EtcdKeys.Affinity(node, cidr)))
            {
                continue;
            }

            var (kind, problem) = Judge(node, state, _blocks.GetValueOrDefault(cidr));
            if (problem.Length > 0)
            {
                Add(kind, $"affinity of {node} to {cidr}", problem, new IpamRepair.Affinity(node, cidr));
            }
        }

        foreach (var (cidr, block) in _blocks)
        {
            if (block.OwnerNode() is { } owner && !_store.AffinityStates.ContainsKey((owner, cidr)) && !_store.Unreadable.Contains(EtcdKeys.Affinity(owner, cidr)))
            {
                Add(IpamFindingKind.AffinityMissing, $"block {cidr}", $"is owned by {owner}, which has no affinity to it: nobody has a route there", new IpamRepair.Affinity(owner, cidr));
            }
        }
    }

    private static (IpamFindingKind Kind, string Problem) Judge(string node, string state, AllocationBlock? block) => block switch
    {
        null => (IpamFindingKind.AffinityWithoutBlock, $"is {state}, and there is no such block"),
        _ when !BlockAllocator.IsOwnedBy(block, node) => (IpamFindingKind.AffinityNotOwner, $"is {state}, and the block belongs to {block.Affinity ?? "nobody"}"),
        _ when state != BlockAffinity.Confirmed => (IpamFindingKind.AffinityPending, $"is {state}, though the block is the node's: nobody has a route there"),
        _ => (default, ""),
    };

    private void Add(IpamFindingKind kind, string subject, string problem, IpamRepair? repair) => _findings.Add(new IpamFinding(kind, subject, problem, repair));

    private static IEnumerable<AllocationAttribute> Allocations(AllocationBlock block) =>
        block.Allocations.OfType<int>().Select(index => block.Attributes[index]).Where(attribute => attribute is { HandleId: not null, ReleasedAt: null });

    private static string Text(SortedDictionary<Cidr, int> counts) => counts.Count == 0 ? "none" : string.Join(", ", counts.Select(pair => $"{pair.Value} in {pair.Key}"));
}
