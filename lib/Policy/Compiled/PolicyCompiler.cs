using System.Collections.Immutable;
using System.Text.Json;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Selectors;
using Calico.Policy.Validation;

namespace Calico.Policy.Compiled;

/// <summary>
/// Makes what the calculation graph, the rule renderer and the evaluator share. Never throws for what a user wrote: an object that
/// does not validate compiles to one that denies, and says why.
/// </summary>
public static class PolicyCompiler
{
    public static CompiledPolicy Compile(Resource<NetworkPolicySpec> policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return Compile(PolicyFields.Of(policy));
    }

    public static CompiledPolicy Compile(Resource<GlobalNetworkPolicySpec> policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return Compile(PolicyFields.Of(policy));
    }

    /// <summary>
    /// Stands for a policy whose stored value is no policy at all: of a namespace, it denies both directions there; a global one
    /// selects nothing.
    /// </summary>
    public static CompiledPolicy Unreadable(PolicyId id, string problem)
    {
        ArgumentNullException.ThrowIfNull(id);
        var error = new ValidationError(id.ToString(), "", problem);
        return id.Namespace.Length > 0
            ? Denying(id, CompiledTier.DefaultName, null, SelectorScope.InNamespace(id.Namespace), EffectivePolicyTypes.Both, [error])
            : Denying(id, CompiledTier.DefaultName, null, Selector.None, EffectivePolicyTypes.Both, [NotEnforced(id), error]);
    }

    /// <summary>Stands for a profile whose stored value is none: it denies, and has no labels to give.</summary>
    public static CompiledProfile UnreadableProfile(PolicyId id, string problem)
    {
        ArgumentNullException.ThrowIfNull(id);
        return new CompiledProfile(id.Name, [CompiledRule.DenyAll], [CompiledRule.DenyAll]) { Errors = [new ValidationError(id.ToString(), "", problem)] };
    }

    public static CompiledProfile Compile(Resource<ProfileSpec> profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var errors = PolicyValidator.ValidateSpec(profile);
        var labels = (profile.Spec.LabelsToApply ?? []).Where(label => label.Value is not null).ToImmutableDictionary();
        return errors.IsEmpty
            ? new CompiledProfile(profile.Metadata.Name, Rules(profile.Spec.Ingress), Rules(profile.Spec.Egress)) { Labels = labels }
            : new CompiledProfile(profile.Metadata.Name, [CompiledRule.DenyAll], [CompiledRule.DenyAll]) { Labels = labels, Errors = errors };
    }

    private static ImmutableArray<CompiledRule> Rules(IReadOnlyList<JsonElement>? rules) =>
        RuleCompiler.Compile((rules ?? []).Select(rule => ProfileSpec.ReadRule(rule)!), "");

    private static CompiledPolicy Compile(PolicyFields policy)
    {
        var errors = PolicyValidator.ValidateSpec(policy);
        var selector = SelectionOf(policy);
        errors = ReferenceEquals(selector, Selector.None) ? [NotEnforced(policy.Id), .. errors] : errors;
        var types = EffectivePolicyTypes.Of(policy.Types, policy.Ingress.Count > 0, policy.Egress.Count > 0);
        var compiled = errors.IsEmpty
            ? new CompiledPolicy(policy.Id, policy.TierName, policy.Order, selector, types)
            {
                IngressRules = RuleCompiler.Compile(policy.Ingress, policy.Id.Namespace),
                EgressRules = RuleCompiler.Compile(policy.Egress, policy.Id.Namespace),
            }
            : Denying(policy.Id, policy.TierName, policy.Order, selector, types, errors);
        return compiled with
        {
            Staged = policy.IsStaged,
            DoNotTrack = policy.DoNotTrack,
            PreDnat = policy.PreDnat && !policy.DoNotTrack,
            ApplyOnForward = policy.ApplyOnForward,
        };
    }

    private static CompiledPolicy Denying(
        PolicyId id, string tier, double? order, Selector selector, EffectivePolicyTypes types, ImmutableArray<ValidationError> errors) =>
        new(id, tier, order, selector, types)
        {
            IngressRules = [CompiledRule.DenyAll],
            EgressRules = [CompiledRule.DenyAll],
            Errors = errors,
        };

    private static ValidationError NotEnforced(PolicyId id) =>
        new(id.ToString(), "", "is NOT ENFORCED: it cannot be read what it selects, and a global policy that cannot be read selects nothing");

    // As upstream nests it. A part that cannot be read is left out in a namespace, which selects more: all that the rest leaves of it.
    // Across namespaces that would be every workload for one wrong character, so nothing is selected (docs/adr/0006).
    private static Selector SelectionOf(PolicyFields policy)
    {
        var readable = true;
        var selection = Part(policy.Selector, ref readable);
        if (!policy.IsGlobal)
        {
            selection = And(selection, SelectorScope.InNamespace(policy.Id.Namespace));
        }

        if (Part(policy.NamespaceSelector, ref readable) is { } namespaces)
        {
            var prefixed = SelectorScope.Prefixed(namespaces, SelectorScope.NamespacePrefix);
            selection = SelectorScope.Narrowed(And(selection, prefixed), SelectorScope.NamespaceLabel);
        }

        if (Part(policy.ServiceAccountSelector, ref readable) is { } accounts)
        {
            var prefixed = SelectorScope.Prefixed(accounts, SelectorScope.ServiceAccountPrefix);
            selection = SelectorScope.Narrowed(And(selection, prefixed), SelectorScope.ServiceAccountLabel);
        }

        return readable || !policy.IsGlobal ? selection ?? Selector.All : Selector.None;
    }

    private static Selector? Part(string? text, ref bool readable)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var parses = Selector.TryParse(text, out var selector);
        readable &= parses;
        return selector;
    }

    private static Selector And(Selector? left, Selector right) => left is null ? right : SelectorScope.And(left, right);
}
