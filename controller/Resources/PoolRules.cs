using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Policy.Selectors;

namespace Calico.Controller.Resources;

/// <summary>What a pool or a reservation must be, beyond what its schema can say. Pure.</summary>
internal static class PoolRules
{
    private const int DefaultBlockBits = 6;
    private const int MaxBlockBits = 12;

    public static IReadOnlyList<string> Check(Resource<IpPoolSpec> pool)
    {
        var spec = pool.Spec;
        if (!Cidr.TryParse(spec.Cidr, out var cidr))
        {
            return [$"spec.cidr: '{spec.Cidr}' is not a CIDR such as 10.244.0.0/16 or fd00:10::/64"];
        }

        var errors = new List<string>();
        var bits = cidr.Family.Bits();
        if (!spec.Cidr.StartsWith($"{cidr.Address}/", StringComparison.OrdinalIgnoreCase))
        {
            errors.Add($"spec.cidr: '{spec.Cidr}' has host bits set; write {cidr}");
        }

        var (least, block) = (Math.Max(bits - MaxBlockBits, cidr.PrefixLength), BlockSize(spec, cidr));
        if (block < least || block > bits)
        {
            errors.Add($"spec.blockSize: {block} is not between {least} and {bits} in {cidr}");
        }

        if (IsOn(spec.IpipMode) && IsOn(spec.VxlanMode))
        {
            errors.Add("spec.vxlanMode: ipipMode and vxlanMode cannot both be on");
        }

        if (IsOn(spec.IpipMode) && cidr.Family == IpFamily.IPv6)
        {
            errors.Add("spec.ipipMode: IPIP carries IPv4 alone; use vxlanMode");
        }

        CheckSelector(errors, "spec.nodeSelector", spec.NodeSelector);
        CheckSelector(errors, "spec.namespaceSelector", spec.NamespaceSelector);
        return errors;
    }

    public static IReadOnlyList<string> Check(Resource<IpReservationSpec> reservation) =>
    [
        .. (reservation.Spec.ReservedCidrs ?? []).Where(text => !Cidr.TryParse(text, out _)).Select(text => $"spec.reservedCIDRs: '{text}' is not a CIDR"),
    ];

    /// <summary>What a pool must not change, and which ranges are taken.</summary>
    /// <param name="former">The pool of the same name as it is stored; null when it is new.</param>
    /// <param name="others">The other pools that are stored, by name.</param>
    public static IEnumerable<string> CheckAgainst(IpPoolSpec pool, IpPoolSpec? former, IEnumerable<(string Name, IpPoolSpec Spec)> others)
    {
        if (!Cidr.TryParse(pool.Cidr, out var cidr))
        {
            yield break;
        }

        if (former is not null && Cidr.TryParse(former.Cidr, out var formerCidr) && (formerCidr != cidr || BlockSize(former, formerCidr) != BlockSize(pool, cidr)))
        {
            yield return $"spec.cidr: a pool keeps its range and its block size ({formerCidr}, /{BlockSize(former, formerCidr)}): make a new pool and disable this one";
        }

        foreach (var (name, other) in others)
        {
            if (Cidr.TryParse(other.Cidr, out var taken) && taken.Overlaps(cidr))
            {
                yield return $"spec.cidr: {cidr} overlaps {taken} of the pool {name}";
            }
        }
    }

    private static int BlockSize(IpPoolSpec spec, Cidr cidr) =>
        spec.BlockSize is null or 0 ? Math.Max(cidr.Family.Bits() - DefaultBlockBits, cidr.PrefixLength) : spec.BlockSize.Value;

    private static bool IsOn(string? mode) => mode is not (null or "" or "Never");

    private static void CheckSelector(List<string> errors, string field, string? text)
    {
        if (!Selector.TryParse(text ?? "", out _))
        {
            errors.Add($"{field}: '{text}' is not a selector such as zone == 'a'");
        }
    }
}
