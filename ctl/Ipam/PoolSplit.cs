using System.Text.Json.Nodes;
using Calico.Ctl.Resources;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Policy.Validation;

namespace Calico.Ctl.Ipam;

/// <summary>A pool cut into smaller ones that together are the same range. Pure.</summary>
internal static class PoolSplit
{
    /// <summary>One transaction deletes one pool and makes these.</summary>
    public const int MostParts = 64;

    private const int LongestName = 253;

    /// <returns>The smaller pools, by name.</returns>
    /// <exception cref="CtlException">The pool cannot be cut so.</exception>
    public static IReadOnlyList<(string Name, JsonObject Json)> Of(string name, JsonObject pool, IpPoolSpec spec, int parts, DateTimeOffset now)
    {
        if (parts < 2 || parts > MostParts || !int.IsPow2(parts))
        {
            throw CtlException.Usage($"a pool is split into 2, 4, 8, ... {MostParts} parts, not {parts}");
        }

        if (!Cidr.TryParse(spec.Cidr, out var cidr))
        {
            throw CtlException.Failed($"IPPool {name}: spec.cidr '{spec.Cidr}' is not a CIDR");
        }

        var prefix = cidr.PrefixLength + int.Log2(parts);
        var block = PoolValidator.BlockSize(spec, cidr);
        if (prefix > block)
        {
            throw CtlException.Failed($"IPPool {name}: {parts} parts of {cidr} would be smaller than its blocks of /{block}");
        }

        var size = new Cidr(cidr.Address, prefix).Size;
        return [.. Enumerable.Range(0, parts).Select(i => Part(name, i, pool, new Cidr(cidr[size * (UInt128)i], prefix), block, now))];
    }

    private static (string, JsonObject) Part(string name, int index, JsonObject pool, Cidr cidr, int block, DateTimeOffset now)
    {
        var partName = $"split-{name}-{index}";
        partName = partName.Length <= LongestName ? partName : $"split-{name[..(LongestName - 8 - 3)]}-{index}";
        var json = StoredForm.New(pool, partName, Guid.NewGuid(), now);
        var spec = json["spec"]!.AsObject();
        spec["cidr"] = cidr.ToString();
        spec["blockSize"] = block;
        return (partName, json);
    }
}
