using Calico.Controller.Mirroring;
using Calico.Controller.Reconciling;
using Calico.Model;
using Calico.Model.Kubernetes;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Kubernetes;
using Calico.Store.Kubernetes;

namespace Calico.Controller.ClusterPolicies;

/// <summary>ClusterNetworkPolicies, where the cluster has the kind, as global policies <c>kcnp.TIER.NAME</c>.</summary>
internal static class ClusterPolicyReconciler
{
    private static readonly string[] Tiers = [ClusterPolicyConverter.AdminTier, ClusterPolicyConverter.BaselineTier];

    internal static MirrorKind<ClusterNetworkPolicy, GlobalNetworkPolicySpec> Mirror { get; } = new("clusterpolicy", KubernetesKinds.ClusterNetworkPolicies)
    {
        IsOptional = true,
        Prefix = EtcdKeys.Prefix(ResourceKind.GlobalNetworkPolicy) + ClusterPolicyConverter.NamePrefix,
        OwnerOf = OwnerOf,

        // Both, so that a policy that changes its tier leaves nothing behind.
        KeysOf = owner => [.. Tiers.Select(tier => KeyOf(tier, owner))],
        Convert = policy =>
        {
            var converted = ClusterPolicyConverter.Convert(policy);
            return new Mirrored<GlobalNetworkPolicySpec>(KeyOf(converted.Policy?.Spec.Tier ?? Tiers[0], policy.Metadata.Name), converted.Policy, converted.Errors);
        },
    };

    public static ReconcilerKind Kind { get; } = new(
        "clusterpolicy",
        "ClusterNetworkPolicies (policy.networking.k8s.io/v1alpha2) where the cluster has the kind",
        context => new MirrorReconciler<ClusterNetworkPolicy, GlobalNetworkPolicySpec>(Mirror, context));

    private static string KeyOf(string tier, string name) => EtcdKeys.Resource(ResourceKind.GlobalNetworkPolicy, ClusterPolicyConverter.NameOf(tier, name));

    private static string? OwnerOf(string key) =>
        EtcdKeys.TryParseResource(ResourceKind.GlobalNetworkPolicy, key, out _, out var name)
        && name.Split('.', 3) is [_, var tier, { Length: > 0 } owner]
        && Tiers.Contains(tier)
            ? owner
            : null;
}
