using Calico.Model.Policy;
using Calico.Model.Resources;

namespace Calico.Policy.Compiled;

/// <summary>What namespaced and global, enforced and staged policies have in common, so that one validator and one compiler serve all.</summary>
internal sealed record PolicyFields(PolicyId Id, bool IsGlobal)
{
    public string? Tier { get; private init; }

    public double? Order { get; private init; }

    public string? Selector { get; private init; }

    public string? NamespaceSelector { get; private init; }

    public string? ServiceAccountSelector { get; private init; }

    public IReadOnlyList<string>? Types { get; private init; }

    public IReadOnlyList<PolicyRule> Ingress { get; private init; } = [];

    public IReadOnlyList<PolicyRule> Egress { get; private init; } = [];

    public bool DoNotTrack { get; private init; }

    public bool PreDnat { get; private init; }

    public bool ApplyOnForward { get; private init; }

    public string? StagedAction { get; private init; }

    public bool IsStaged => Id.Kind.StartsWith("Staged", StringComparison.Ordinal);

    public string TierName => string.IsNullOrEmpty(Tier) ? CompiledTier.DefaultName : Tier;

    public static PolicyFields Of(Resource<NetworkPolicySpec> policy)
    {
        var spec = policy.Spec;
        return new PolicyFields(new PolicyId(policy.Kind, policy.Metadata.Namespace ?? "", policy.Metadata.Name), IsGlobal: false)
        {
            Tier = spec.Tier,
            Order = spec.Order,
            Selector = spec.Selector,
            ServiceAccountSelector = spec.ServiceAccountSelector,
            Types = spec.Types,
            Ingress = spec.Ingress ?? [],
            Egress = spec.Egress ?? [],
            StagedAction = spec.StagedAction,
        };
    }

    public static PolicyFields Of(Resource<GlobalNetworkPolicySpec> policy)
    {
        var spec = policy.Spec;
        return new PolicyFields(new PolicyId(policy.Kind, "", policy.Metadata.Name), IsGlobal: true)
        {
            Tier = spec.Tier,
            Order = spec.Order,
            Selector = spec.Selector,
            NamespaceSelector = spec.NamespaceSelector,
            ServiceAccountSelector = spec.ServiceAccountSelector,
            Types = spec.Types,
            Ingress = spec.Ingress ?? [],
            Egress = spec.Egress ?? [],
            DoNotTrack = spec.DoNotTrack ?? false,
            PreDnat = spec.PreDnat ?? false,
            ApplyOnForward = spec.ApplyOnForward ?? false,
            StagedAction = spec.StagedAction,
        };
    }
}
