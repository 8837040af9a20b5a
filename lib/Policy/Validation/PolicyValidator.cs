using System.Collections.Immutable;
using System.Text.Json;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Compiled;

namespace Calico.Policy.Validation;

/// <summary>
/// Says all that is wrong with an object of the policy model at once, in the order of its fields; an empty answer means valid.
/// Limits and forms are upstream's. The overload of a spec serves all kinds that share it, staged ones included.
/// </summary>
public static class PolicyValidator
{
    public static ImmutableArray<ValidationError> Validate(Resource<NetworkPolicySpec> policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var errors = ErrorsOf(policy.Kind, policy.Metadata);
        MetadataValidator.CheckNamespace(errors, policy.Metadata);
        return Validate(errors, PolicyFields.Of(policy));
    }

    public static ImmutableArray<ValidationError> Validate(Resource<GlobalNetworkPolicySpec> policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return Validate(ErrorsOf(policy.Kind, policy.Metadata), PolicyFields.Of(policy));
    }

    public static ImmutableArray<ValidationError> Validate(Resource<TierSpec> tier)
    {
        ArgumentNullException.ThrowIfNull(tier);
        var errors = ErrorsOf(tier.Kind, tier.Metadata);
        var name = tier.Metadata.Name;
        if (!NameRules.IsDnsLabel(name) || name.Length > NameRules.MaxLabel)
        {
            errors.Add(
                "metadata.name",
                $"{ErrorList.Quote(name)} has dots or more than {NameRules.MaxLabel} characters, which a tier may not have");
        }

        if (CompiledTier.WellKnown.FirstOrDefault(known => known.Name == name) is { } fixedTier && tier.Spec.Order != fixedTier.Order)
        {
            errors.Add("spec.order", FormattableString.Invariant($"the order of the tier {name} is always {fixedTier.Order}"));
        }

        errors.CheckOneOf("spec.defaultAction", tier.Spec.DefaultAction, "Deny", "Pass");
        return errors.ToImmutable();
    }

    public static ImmutableArray<ValidationError> Validate(Resource<ProfileSpec> profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var errors = ErrorsOf(profile.Kind, profile.Metadata);
        CheckSpec(errors, profile.Spec);
        return errors.ToImmutable();
    }

    /// <summary>A NetworkSet or a GlobalNetworkSet, as its kind says.</summary>
    public static ImmutableArray<ValidationError> Validate(Resource<NetworkSetSpec> set)
    {
        ArgumentNullException.ThrowIfNull(set);
        var errors = ErrorsOf(set.Kind, set.Metadata);
        MetadataValidator.CheckNoNamespaceLabel(errors, set.Metadata);
        if (set.Kind == ResourceKind.NetworkSet.Kind)
        {
            MetadataValidator.CheckNamespace(errors, set.Metadata);
        }

        for (var i = 0; i < set.Spec.Nets?.Count; i++)
        {
            EntityValidator.CheckNet(errors, $"spec.nets[{i}]", set.Spec.Nets[i]);
        }

        return errors.ToImmutable();
    }

    public static ImmutableArray<ValidationError> Validate(Resource<HostEndpointSpec> endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var errors = ErrorsOf(endpoint.Kind, endpoint.Metadata);
        MetadataValidator.CheckNoNamespaceLabel(errors, endpoint.Metadata);
        HostEndpointValidator.Check(errors, endpoint.Spec);
        return errors.ToImmutable();
    }

    /// <summary>The spec alone: what decides whether a policy can be enforced as written.</summary>
    internal static ImmutableArray<ValidationError> ValidateSpec(PolicyFields policy)
    {
        var errors = new ErrorList(policy.Id.ToString());
        PolicySpecValidator.Check(errors, policy);
        return errors.ToImmutable();
    }

    /// <summary>As for a policy: the name of a profile outside Kubernetes is that of a CNI network, which may have any form.</summary>
    internal static ImmutableArray<ValidationError> ValidateSpec(Resource<ProfileSpec> profile)
    {
        var errors = new ErrorList(new PolicyId(profile.Kind, "", profile.Metadata.Name).ToString());
        CheckSpec(errors, profile.Spec);
        return errors.ToImmutable();
    }

    private static void CheckSpec(ErrorList errors, ProfileSpec profile)
    {
        RuleValidator.CheckAll(errors, "spec.ingress", Rules(profile.Ingress), PolicyDirection.Ingress, isGlobal: true);
        RuleValidator.CheckAll(errors, "spec.egress", Rules(profile.Egress), PolicyDirection.Egress, isGlobal: true);
        foreach (var (key, value) in profile.LabelsToApply ?? [])
        {
            if (key.Length == 0 || value is null)
            {
                errors.Add($"spec.labelsToApply[{key}]", "is not a label; expected a name and a value");
            }
        }
    }

    private static ImmutableArray<ValidationError> Validate(ErrorList errors, PolicyFields policy)
    {
        MetadataValidator.CheckPolicyName(errors, policy);
        PolicySpecValidator.Check(errors, policy);
        return errors.ToImmutable();
    }

    private static ErrorList ErrorsOf(string kind, ObjectMeta metadata)
    {
        var errors = new ErrorList(new PolicyId(kind, metadata.Namespace ?? "", metadata.Name).ToString());
        MetadataValidator.Check(errors, metadata);
        return errors;
    }

    private static PolicyRule?[] Rules(IReadOnlyList<JsonElement>? rules) => [.. (rules ?? []).Select(ProfileSpec.ReadRule)];
}
