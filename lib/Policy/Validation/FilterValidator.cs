using System.Collections.Immutable;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Policy.Compiled;

namespace Calico.Policy.Validation;

/// <summary>What a BGPFilter must be, beyond what its schema can say. Pure.</summary>
public static class FilterValidator
{
    public static ImmutableArray<ValidationError> Validate(Resource<BgpFilterSpec> filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var spec = filter.Spec;
        var errors = new ErrorList(new PolicyId(filter.Kind, "", filter.Metadata.Name).ToString());
        MetadataValidator.Check(errors, filter.Metadata);
        Check(errors, "spec.exportV4", spec.ExportV4, IpFamily.IPv4);
        Check(errors, "spec.importV4", spec.ImportV4, IpFamily.IPv4);
        Check(errors, "spec.exportV6", spec.ExportV6, IpFamily.IPv6);
        Check(errors, "spec.importV6", spec.ImportV6, IpFamily.IPv6);
        return errors.ToImmutable();
    }

    private static void Check(ErrorList errors, string field, IReadOnlyList<BgpFilterRule>? rules, IpFamily family)
    {
        for (var i = 0; i < rules?.Count; i++)
        {
            Check(errors, $"{field}[{i}]", rules[i], family);
        }
    }

    private static void Check(ErrorList errors, string field, BgpFilterRule? rule, IpFamily family)
    {
        if (rule?.Action is null)
        {
            errors.Add($"{field}.action", "is missing; a rule says Accept or Reject");
            return;
        }

        errors.CheckOneOf($"{field}.action", rule.Action, "Accept", "Reject");
        errors.CheckOneOf($"{field}.matchOperator", rule.MatchOperator, "Equal", "NotEqual", "In", "NotIn");
        errors.CheckOneOf($"{field}.source", rule.Source, "RemotePeers");
        errors.CheckOneOf($"{field}.peerType", rule.PeerType, "eBGP", "iBGP");
        if (rule.Cidr is null != rule.MatchOperator is null)
        {
            errors.Add(rule.Cidr is null ? $"{field}.cidr" : $"{field}.matchOperator", "is missing; cidr and matchOperator stand together");
        }

        if (rule.Interface is { } name && !NameRules.IsInterfacePattern(name))
        {
            errors.Add($"{field}.interface", $"{ErrorList.Quote(name)} is not the name of an interface, in which * is any text");
        }

        CheckPrefix(errors, field, rule, family);
    }

    private static void CheckPrefix(ErrorList errors, string field, BgpFilterRule rule, IpFamily family)
    {
        if (rule.Cidr is not null && !(Cidr.TryParse(rule.Cidr, out var cidr) && cidr.Family == family))
        {
            errors.Add($"{field}.cidr", $"{ErrorList.Quote(rule.Cidr)} is not an {family} CIDR");
            return;
        }

        if (rule.PrefixLength is not { } lengths)
        {
            return;
        }

        var (min, max) = (lengths.Min ?? 0, lengths.Max ?? family.Bits());
        if (rule.MatchOperator is not ("In" or "NotIn"))
        {
            errors.Add($"{field}.prefixLength", "stands with cidr and the operators In and NotIn only");
        }
        else if (min < 0 || max > family.Bits() || min > max)
        {
            errors.Add($"{field}.prefixLength", $"{min} to {max} is not a range between 0 and {family.Bits()}");
        }
    }
}
