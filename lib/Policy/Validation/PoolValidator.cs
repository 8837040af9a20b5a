using System.Collections.Immutable;
using Calico.Model.Ipam;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Policy.Compiled;

namespace Calico.Policy.Validation;

/// <summary>What a pool or a reservation must be, beyond what its schema can say. Pure.</summary>
public static class PoolValidator
{
    private const int DefaultBlockBits = 6;

    public static ImmutableArray<ValidationError> Validate(Resource<IpPoolSpec> pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        var (spec, errors) = (pool.Spec, ErrorsOf(pool.Kind, pool.Metadata));
        if (!Cidr.TryParse(spec.Cidr, out var cidr))
        {
            errors.Add("spec.cidr", $"{ErrorList.Quote(spec.Cidr)} is not a CIDR such as 10.244.0.0/16 or fd00:10::/64");
            return errors.ToImmutable();
        }

        CheckRange(errors, spec, cidr);
        errors.CheckOneOf("spec.ipipMode", OrNull(spec.IpipMode), "Never", "Always", "CrossSubnet");
        errors.CheckOneOf("spec.vxlanMode", OrNull(spec.VxlanMode), "Never", "Always", "CrossSubnet");
        if (IsOn(spec.IpipMode) && IsOn(spec.VxlanMode))
        {
            errors.Add("spec.vxlanMode", "ipipMode and vxlanMode cannot both be on");
        }

        if (IsOn(spec.IpipMode) && cidr.Family == IpFamily.IPv6)
        {
            errors.Add("spec.ipipMode", "IPIP carries IPv4 alone; use vxlanMode");
        }

        SelectorValidator.Check(errors, "spec.nodeSelector", spec.NodeSelector);
        SelectorValidator.Check(errors, "spec.namespaceSelector", spec.NamespaceSelector);
        return errors.ToImmutable();
    }

    public static ImmutableArray<ValidationError> Validate(Resource<IpReservationSpec> reservation)
    {
        ArgumentNullException.ThrowIfNull(reservation);
        var errors = ErrorsOf(reservation.Kind, reservation.Metadata);
        for (var i = 0; i < reservation.Spec.ReservedCidrs?.Count; i++)
        {
            if (!Cidr.TryParse(reservation.Spec.ReservedCidrs[i], out _))
            {
                errors.Add($"spec.reservedCIDRs[{i}]", $"{ErrorList.Quote(reservation.Spec.ReservedCidrs[i])} is not a CIDR");
            }
        }

        return errors.ToImmutable();
    }

    /// <summary>What a pool must not change, and which ranges are taken.</summary>
    /// <param name="former">The pool of the same name as it is stored; null when it is new.</param>
    /// <param name="others">The other pools that are stored, by name.</param>
    public static ImmutableArray<ValidationError> ValidateAgainst(
        Resource<IpPoolSpec> pool, IpPoolSpec? former, IEnumerable<(string Name, IpPoolSpec Spec)> others)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(others);
        var errors = new ErrorList(SubjectOf(pool.Kind, pool.Metadata));
        if (!Cidr.TryParse(pool.Spec.Cidr, out var cidr))
        {
            return [];
        }

        if (former is not null && Cidr.TryParse(former.Cidr, out var formerCidr) && (formerCidr != cidr || BlockSize(former, formerCidr) != BlockSize(pool.Spec, cidr)))
        {
            errors.Add("spec.cidr", $"a pool keeps its range and its block size ({formerCidr}, /{BlockSize(former, formerCidr)}): make a new pool and disable this one");
        }

        foreach (var (name, other) in others)
        {
            if (Cidr.TryParse(other.Cidr, out var taken) && taken.Overlaps(cidr))
            {
                errors.Add("spec.cidr", $"{cidr} overlaps {taken} of the pool {name}");
            }
        }

        return errors.ToImmutable();
    }

    /// <summary>The prefix length of the pool's blocks.</summary>
    public static int BlockSize(IpPoolSpec spec, Cidr cidr)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return spec.BlockSize is null or 0 ? Math.Max(cidr.Family.Bits() - DefaultBlockBits, cidr.PrefixLength) : spec.BlockSize.Value;
    }

    private static void CheckRange(ErrorList errors, IpPoolSpec spec, Cidr cidr)
    {
        if (!spec.Cidr!.StartsWith($"{cidr.Address}/", StringComparison.OrdinalIgnoreCase))
        {
            errors.Add("spec.cidr", $"{ErrorList.Quote(spec.Cidr)} has host bits set; write {cidr}");
        }

        var bits = cidr.Family.Bits();
        var (least, block) = (Math.Max(bits - AllocationBlock.MaxBits, cidr.PrefixLength), BlockSize(spec, cidr));
        if (block < least || block > bits)
        {
            errors.Add("spec.blockSize", $"{block} is not between {least} and {bits} in {cidr}");
        }
    }

    private static ErrorList ErrorsOf(string kind, ObjectMeta metadata)
    {
        var errors = new ErrorList(SubjectOf(kind, metadata));
        MetadataValidator.Check(errors, metadata);
        return errors;
    }

    private static string SubjectOf(string kind, ObjectMeta metadata) => new PolicyId(kind, metadata.Namespace ?? "", metadata.Name).ToString();

    private static bool IsOn(string? mode) => mode is not (null or "" or "Never");

    private static string? OrNull(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
