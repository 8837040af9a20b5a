using System.Collections.Immutable;
using System.Globalization;
using Calico.Ipam.Core.Pools;
using Calico.Model.Ipam;
using Calico.Model.Net;

namespace Calico.Ipam.Core.Blocks;

/// <summary>
/// What happens inside one block, as upstream does it: ordinals leave at the front of <c>unallocated</c> and come back at its end, equal
/// attributes are stored once, each allocation remembers the block's sequence number. Pure: a block goes in, a new block comes out.
/// </summary>
internal static class BlockAllocator
{
    /// <summary>An empty block owned by a node.</summary>
    public static AllocationBlock Create(Cidr cidr, string node, DateTimeOffset now)
    {
        var size = (int)cidr.Size;
        return new AllocationBlock
        {
            Cidr = cidr,
            Affinity = AffinityTo(node),
            AffinityClaimTime = now,
            Allocations = new int?[size],
            Unallocated = [.. Enumerable.Range(0, size)],
            Attributes = [],
            SequenceNumber = (ulong)(now - DateTimeOffset.UnixEpoch).Ticks * 100,
            SequenceNumberForAllocation = [],
        };
    }

    public static string AffinityTo(string node) => AllocationBlock.HostPrefix + node;

    public static bool IsOwnedBy(AllocationBlock block, string node) => block.Affinity == AffinityTo(node);

    public static bool IsEmpty(AllocationBlock block) => block.Allocations.All(a => a is null);

    public static bool HasRoom(AllocationBlock block, Reservations reservations) =>
        block.Unallocated.Any(ordinal => !reservations.Contains(block.Cidr[(UInt128)ordinal]));

    /// <summary>Takes the address that has been free the longest; null when there is none.</summary>
    public static (AllocationBlock Block, IpAddress Address)? Assign(AllocationBlock block, AllocationAttribute holder, Reservations reservations)
    {
        foreach (var ordinal in block.Unallocated)
        {
            var address = block.Cidr[(UInt128)ordinal];
            if (!reservations.Contains(address))
            {
                return (Occupy(block, ordinal, holder), address);
            }
        }

        return null;
    }

    /// <summary>Takes one certain address; null when it is not free. Reservations do not stop who names an address.</summary>
    public static AllocationBlock? Assign(AllocationBlock block, AllocationAttribute holder, IpAddress address)
    {
        var ordinal = (int)block.Cidr.OrdinalOf(address);
        return block.Allocations[ordinal] is null ? Occupy(block, ordinal, holder) : null;
    }

    public static ImmutableArray<IpAddress> AddressesOf(AllocationBlock block, Func<AllocationAttribute, bool> holds) =>
        [.. OrdinalsOf(block, holds).Select(ordinal => block.Cidr[(UInt128)ordinal])];

    /// <summary>Frees what <paramref name="holds"/> selects.</summary>
    /// <param name="sequences">Ordinal to the sequence number the caller knows; an ordinal given out again since then stays. Null compares nothing.</param>
    /// <param name="coolDown">How long the addresses wait before they are given out again; zero frees them at once.</param>
    public static (AllocationBlock Block, ImmutableArray<IpAddress> Released) Release(
        AllocationBlock block,
        Func<AllocationAttribute, bool> holds,
        TimeSpan coolDown,
        DateTimeOffset now,
        IReadOnlyDictionary<int, ulong>? sequences = null)
    {
        var ordinals = OrdinalsOf(block, holds).Where(o => sequences is null || SequenceMatches(block, o, sequences)).ToList();
        if (ordinals.Count == 0)
        {
            return (block, []);
        }

        var released = ordinals.Select(ordinal => block.Cidr[(UInt128)ordinal]).ToImmutableArray();
        return (coolDown > TimeSpan.Zero ? Cool(block, ordinals, now) : Free(block, ordinals), released);
    }

    /// <summary>Frees the addresses whose cool-down is over, the longest released first.</summary>
    public static AllocationBlock EndCoolDown(AllocationBlock block, TimeSpan coolDown, DateTimeOffset now)
    {
        var over = OrdinalsOf(block, a => a.ReleasedAt + coolDown <= now)
            .OrderBy(ordinal => block.Attributes[block.Allocations[ordinal]!.Value].ReleasedAt)
            .ToList();
        return over.Count == 0 ? block : Free(block, over);
    }

    private static IEnumerable<int> OrdinalsOf(AllocationBlock block, Func<AllocationAttribute, bool> holds)
    {
        for (var ordinal = 0; ordinal < block.Allocations.Count; ordinal++)
        {
            if (block.Allocations[ordinal] is { } index && holds(block.Attributes[index]))
            {
                yield return ordinal;
            }
        }
    }

    private static bool SequenceMatches(AllocationBlock block, int ordinal, IReadOnlyDictionary<int, ulong> sequences) =>
        sequences.TryGetValue(ordinal, out var known) && known == SequenceOf(block, ordinal);

    public static ulong SequenceOf(AllocationBlock block, int ordinal) =>
        block.SequenceNumberForAllocation?.GetValueOrDefault(Text(ordinal)) ?? 0;

    private static AllocationBlock Occupy(AllocationBlock block, int ordinal, AllocationAttribute holder)
    {
        var attributes = block.Attributes.ToList();
        var index = attributes.FindIndex(existing => AreEqual(existing, holder));
        if (index < 0)
        {
            index = attributes.Count;
            attributes.Add(holder);
        }

        var allocations = block.Allocations.ToArray();
        allocations[ordinal] = index;
        return block with
        {
            Allocations = allocations,
            Unallocated = [.. block.Unallocated.Where(o => o != ordinal)],
            Attributes = attributes,
            SequenceNumber = block.SequenceNumber + 1,
            SequenceNumberForAllocation = new(block.SequenceNumberForAllocation ?? []) { [Text(ordinal)] = block.SequenceNumber },
        };
    }

    private static AllocationBlock Free(AllocationBlock block, List<int> ordinals)
    {
        var allocations = block.Allocations.ToArray();
        var sequences = new Dictionary<string, ulong>(block.SequenceNumberForAllocation ?? []);
        foreach (var ordinal in ordinals)
        {
            allocations[ordinal] = null;
            sequences.Remove(Text(ordinal));
        }

        return WithoutUnusedAttributes(block with
        {
            Allocations = allocations,
            Unallocated = [.. block.Unallocated, .. ordinals],
            SequenceNumber = block.SequenceNumber + 1,
            SequenceNumberForAllocation = sequences,
        });
    }

    /// <summary>The address stays occupied, by nobody, with the time of its release.</summary>
    private static AllocationBlock Cool(AllocationBlock block, List<int> ordinals, DateTimeOffset now)
    {
        var allocations = block.Allocations.ToArray();
        foreach (var ordinal in ordinals)
        {
            allocations[ordinal] = block.Attributes.Count;
        }

        return WithoutUnusedAttributes(block with
        {
            Allocations = allocations,
            Attributes = [.. block.Attributes, new AllocationAttribute { ReleasedAt = now }],
            SequenceNumber = block.SequenceNumber + 1,
        });
    }

    private static AllocationBlock WithoutUnusedAttributes(AllocationBlock block)
    {
        var used = block.Allocations.OfType<int>().Distinct().Order().ToList();
        if (used.Count == block.Attributes.Count)
        {
            return block;
        }

        var newIndex = used.Select((old, index) => (old, index)).ToDictionary(pair => pair.old, pair => pair.index);
        return block with
        {
            Attributes = [.. used.Select(old => block.Attributes[old])],
            Allocations = [.. block.Allocations.Select(a => a is { } old ? newIndex[old] : (int?)null)],
        };
    }

    private static bool AreEqual(AllocationAttribute left, AllocationAttribute right) =>
        left.HandleId == right.HandleId
        && left.ReleasedAt == right.ReleasedAt
        && left.Unknown is null or { Count: 0 }
        && (left.Secondary?.Count ?? 0) == (right.Secondary?.Count ?? 0)
        && (left.Secondary ?? []).All(field => right.Secondary!.TryGetValue(field.Key, out var value) && value == field.Value);

    private static string Text(int ordinal) => ordinal.ToString(CultureInfo.InvariantCulture);
}
