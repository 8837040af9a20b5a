using Calico.Ipam.Core.Reserve;
using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Json;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>Says what is wrong with a world; remembers what it has judged, as many states share a store.</summary>
internal sealed class Judge(Scenario scenario)
{
    private readonly Dictionary<UInt128, string?> _stores = [];
    private readonly Dictionary<UInt128, string?> _worlds = [];
    private readonly Dictionary<UInt128, string?> _steps = [];
    private readonly Dictionary<UInt128, string?> _ends = [];

    public int Ends => _ends.Count;

    /// <summary>What must hold in every state.</summary>
    public string? Judged(World world)
    {
        var store = Once(_stores, world.Store.Hash, () => StoreInvariants.Violation(world.Store.Texts()));
        return store ?? Once(_worlds, Digest.Join(world.Store.Hash, world.Facts.Hash), () => InUseViolation(world));
    }

    /// <summary>What must hold of a single step.</summary>
    public string? JudgedStep(World before, World after) => before.Store.Hash == after.Store.Hash
        ? null
        : Once(_steps, Digest.Join(before.Store.Hash, after.Store.Hash), () => StepViolation(before.Store, after.Store));

    /// <summary>What must come of it when the dead are replaced and everybody does what they do in the end.</summary>
    public string? JudgedAtEnd(World world) => Once(_ends, Digest.Join(world.Store.Hash, world.Facts.Hash), () => new Aftermath(scenario, world).Violation());

    private static string? Once(Dictionary<UInt128, string?> known, UInt128 key, Func<string?> judge) =>
        known.TryGetValue(key, out var verdict) ? verdict : known[key] = judge();

    /// <summary>Whoever is plugged in has its addresses, and has them alone.</summary>
    private static string? InUseViolation(World world)
    {
        var blocks = Blocks(world.Store).ToList();
        var users = new Dictionary<IpAddress, InUse>();
        foreach (var used in world.Facts.Running.Values)
        {
            foreach (var address in used.Addresses)
            {
                if (!users.TryAdd(address, used))
                {
                    return $"{used}, and {users[address]}";
                }

                var holder = HolderOf(blocks, address);
                if (holder != used.Identity.HandleId && !(used.IsUntold && HasUntold(holder, used, world)))
                {
                    return $"{used}, but {holder ?? "nobody"} holds {address}";
                }
            }
        }

        return null;
    }

    /// <summary>Until the store is told, the address is the reserve's, or that of a container that had it before.</summary>
    private static bool HasUntold(string? holder, InUse used, World world) => holder == NodeReserve.HandleId(used.Node)
        || world.Facts.Gone.Any(gone => gone.StartsWith($"{holder}/", StringComparison.Ordinal));

    /// <summary>No address is given out of a pool that the transaction found disabled or gone.</summary>
    private static string? StepViolation(StoreState before, StoreState after)
    {
        var (old, open) = (Blocks(before).ToList(), OpenPools(before).ToList());
        foreach (var block in Blocks(after))
        {
            var earlier = old.Find(b => b.Cidr == block.Cidr);
            for (var ordinal = 0; ordinal < block.Allocations.Count; ordinal++)
            {
                var address = block.Cidr[(UInt128)ordinal];
                if (block.Allocations[ordinal] is not null && earlier?.Allocations[ordinal] is null && !open.Exists(pool => pool.Contains(address)))
                {
                    return $"{address} was given out, and no enabled pool contains it";
                }
            }
        }

        return null;
    }

    private static IEnumerable<AllocationBlock> Blocks(StoreState store) => store.Under(EtcdKeys.Blocks).Select(b => ModelJson.Read<AllocationBlock>(b.Value.Span));

    private static IEnumerable<Cidr> OpenPools(StoreState store) => store.Under(EtcdKeys.Prefix(ResourceKind.IpPool))
        .Select(p => ModelJson.Read<Resource<IpPoolSpec>>(p.Value.Span).Spec).Where(pool => pool.Disabled != true).Select(pool => Cidr.Parse(pool.Cidr!));

    private static string? HolderOf(List<AllocationBlock> blocks, IpAddress address)
    {
        var block = blocks.Find(b => b.Cidr.Contains(address));
        return block?.Allocations[(int)block.Cidr.OrdinalOf(address)] is { } index ? block.Attributes[index].HandleId : null;
    }
}
