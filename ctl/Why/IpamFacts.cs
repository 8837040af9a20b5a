using System.Collections.Concurrent;
using Calico.Model.Ipam;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Ctl.Why;

/// <summary>What address management says of some addresses: their blocks, and who owns them.</summary>
internal sealed class IpamFacts
{
    private const int DefaultBlockBits = 6;
    private readonly ConcurrentDictionary<Cidr, (AllocationBlock Block, string? AffinityState)> _blocks = [];
    private readonly ConcurrentBag<string> _problems = [];

    /// <summary>Blocks that cannot be read, each a sentence.</summary>
    public IReadOnlyCollection<string> Problems => _problems;

    /// <param name="affinityState">Of the owner's affinity; null where there is none.</param>
    public void Add(AllocationBlock block, string? affinityState) => _blocks[block.Cidr] = (block, affinityState);

    public void AddProblem(string problem) => _problems.Add(problem);

    /// <summary>Null when no block of that range is stored.</summary>
    public (AllocationBlock Block, string? AffinityState)? Find(Cidr cidr) => _blocks.TryGetValue(cidr, out var found) ? found : null;

    /// <summary>Whom the address is given out to; null when it is free.</summary>
    public static AllocationAttribute? HolderOf(AllocationBlock block, IpAddress address) =>
        block.Cidr.Contains(address) && block.Allocations.ElementAtOrDefault((int)block.Cidr.OrdinalOf(address)) is { } index ? block.Attributes.ElementAtOrDefault(index) : null;

    /// <summary>The pool that an address is of; of several that overlap the narrowest.</summary>
    public static Resource<IpPoolSpec>? PoolOf(StoredWorld world, IpAddress address) =>
        world.Pools.Where(pool => Cidr.TryParse(pool.Spec.Cidr, out var cidr) && cidr.Contains(address)).OrderByDescending(pool => Cidr.Parse(pool.Spec.Cidr!).PrefixLength).FirstOrDefault();

    /// <summary>The block that an address lies in; null outside of all pools.</summary>
    public static Cidr? BlockOf(StoredWorld world, IpAddress address)
    {
        if (PoolOf(world, address) is not { } pool)
        {
            return null;
        }

        var bits = address.Family.Bits();
        var prefix = pool.Spec.BlockSize is null or 0 ? Math.Max(bits - DefaultBlockBits, Cidr.Parse(pool.Spec.Cidr!).PrefixLength) : pool.Spec.BlockSize.Value;
        return prefix >= 0 && prefix <= bits ? new Cidr(address, prefix) : null;
    }
}
