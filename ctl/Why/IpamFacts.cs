using System.Collections.Concurrent;
using Calico.Model.Ipam;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Policy.Validation;

namespace Calico.Ctl.Why;

/// <summary>What address management says of some addresses: their blocks, and who owns them.</summary>
internal sealed class IpamFacts
{
    private readonly ConcurrentDictionary<Cidr, (AllocationBlock Block, string? AffinityState)> _blocks = [];
    private readonly ConcurrentBag<string> _problems = [];

    /// <summary>Blocks that cannot be read or contradict themselves, each a sentence.</summary>
    public IReadOnlyCollection<string> Problems => _problems;

    /// <param name="affinityState">Of the owner's affinity; null where there is none.</param>
    public void Add(AllocationBlock block, string? affinityState) => _blocks[block.Cidr] = (block, affinityState);

    public void AddProblem(string problem) => _problems.Add(problem);

    /// <summary>Null when no block of that range is stored.</summary>
    public (AllocationBlock Block, string? AffinityState)? Find(Cidr cidr) => _blocks.TryGetValue(cidr, out var found) ? found : null;

    /// <summary>The pool that an address is of; of several that overlap the narrowest.</summary>
    public static Resource<IpPoolSpec>? PoolOf(StoredWorld world, IpAddress address) =>
        world.Pools.Where(pool => Cidr.TryParse(pool.Spec.Cidr, out var cidr) && cidr.Contains(address)).OrderByDescending(pool => Cidr.Parse(pool.Spec.Cidr!).PrefixLength).FirstOrDefault();

    /// <summary>The block that an address lies in; null outside of all pools.</summary>
    public static Cidr? BlockOf(StoredWorld world, IpAddress address)
    {
        if (PoolOf(world, address)?.Spec is not { } pool)
        {
            return null;
        }

        var prefix = PoolValidator.BlockSize(pool, Cidr.Parse(pool.Cidr!));
        return prefix >= 0 && prefix <= address.Family.Bits() ? new Cidr(address, prefix) : null;
    }
}
