using Calico.Policy.Compiled;

namespace Calico.Policy.Validation;

/// <summary>The spec of a policy of any kind.</summary>
internal static class PolicySpecValidator
{
    public static void Check(ErrorList errors, PolicyFields policy)
    {
        CheckStagedAction(errors, policy);
        if (!NameRules.IsDnsLabel(policy.TierName) || policy.TierName.Length > NameRules.MaxLabel)
        {
            errors.Add("spec.tier", $"{ErrorList.Quote(policy.Tier)} is not the name of a tier");
        }

        SelectorValidator.Check(errors, "spec.selector", policy.Selector);
        SelectorValidator.Check(errors, "spec.namespaceSelector", policy.NamespaceSelector);
        SelectorValidator.Check(errors, "spec.serviceAccountSelector", policy.ServiceAccountSelector);
        CheckTypes(errors, policy.Types);
        RuleValidator.CheckAll(errors, "spec.ingress", policy.Ingress, PolicyDirection.Ingress, policy.IsGlobal);
        RuleValidator.CheckAll(errors, "spec.egress", policy.Egress, PolicyDirection.Egress, policy.IsGlobal);
        CheckHostOptions(errors, policy);
    }

    private static void CheckStagedAction(ErrorList errors, PolicyFields policy)
    {
        const string Field = "spec.stagedAction";
        if (!policy.IsStaged)
        {
            if (policy.StagedAction is not null)
            {
                errors.Add(Field, $"belongs to staged policies; a {policy.Id.Kind} is enforced");
            }

            return;
        }

        errors.CheckOneOf(Field, policy.StagedAction, "Set", "Delete", "Learn", "Ignore");
        if (policy.StagedAction == "Delete"
            && (policy.Ingress.Count > 0 || policy.Egress.Count > 0 || policy.Types?.Count > 0 || !string.IsNullOrEmpty(policy.Selector)))
        {
            errors.Add(Field, "Delete stages the removal of a policy and leaves all other fields but the tier empty");
        }
    }

    private static void CheckTypes(ErrorList errors, IReadOnlyList<string>? types)
    {
        for (var i = 0; i < types?.Count; i++)
        {
            errors.CheckOneOf($"spec.types[{i}]", types[i] ?? "", "Ingress", "Egress");
            if (types.Take(i).Contains(types[i]))
            {
                errors.Add($"spec.types[{i}]", $"{ErrorList.Quote(types[i])} stands there twice");
            }
        }
    }

    private static void CheckHostOptions(ErrorList errors, PolicyFields policy)
    {
        if (policy.DoNotTrack && policy.PreDnat)
        {
            errors.Add("spec.preDNAT", "cannot be true together with doNotTrack");
        }

        if (!policy.ApplyOnForward && (policy.DoNotTrack || policy.PreDnat))
        {
            errors.Add("spec.applyOnForward", "must be true with doNotTrack or preDNAT, which apply before it is known where traffic goes");
        }

        if (policy.PreDnat && policy.Egress.Count > 0)
        {
            errors.Add("spec.egress", "must be empty with preDNAT, which applies to ingress alone");
        }

        if (policy.PreDnat && policy.Types?.Contains("Egress") == true)
        {
            errors.Add("spec.types", "cannot include Egress with preDNAT, which applies to ingress alone");
        }
    }
}
