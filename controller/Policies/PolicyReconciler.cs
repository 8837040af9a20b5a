using Calico.Controller.Mirroring;
using Calico.Controller.Reconciling;
using Calico.Model;
using Calico.Model.Kubernetes;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Kubernetes;
using Calico.Store.Kubernetes;

namespace Calico.Controller.Policies;

/// <summary>NetworkPolicies of Kubernetes as policies <c>knp.default.NAME</c>. Those without the prefix belong to users and are never touched.</summary>
internal static class PolicyReconciler
{
    internal static MirrorKind<KubernetesNetworkPolicy, NetworkPolicySpec> Mirror { get; } = new("policy", KubernetesKinds.NetworkPolicies)
    {
        Prefix = EtcdKeys.Prefix(ResourceKind.NetworkPolicy),
        OwnerOf = OwnerOf,
        KeysOf = owner => [KeyOf(owner)],
        Convert = policy =>
        {
            var converted = KubernetesPolicyConverter.Convert(policy);
            return new Mirrored<NetworkPolicySpec>(KeyOf(policy.Metadata.ToString()), converted.Policy, converted.Errors);
        },
    };

    public static ReconcilerKind Kind { get; } = new(
        "policy", "NetworkPolicies", context => new MirrorReconciler<KubernetesNetworkPolicy, NetworkPolicySpec>(Mirror, context));

    private static string KeyOf(string owner)
    {
        var slash = owner.IndexOf('/', StringComparison.Ordinal);
        return EtcdKeys.Resource(ResourceKind.NetworkPolicy, owner[..slash], KubernetesPolicyConverter.NamePrefix + owner[(slash + 1)..]);
    }

    private static string? OwnerOf(string key) =>
        EtcdKeys.TryParseResource(ResourceKind.NetworkPolicy, key, out var ns, out var name)
        && name.StartsWith(KubernetesPolicyConverter.NamePrefix, StringComparison.Ordinal)
        && name.Length > KubernetesPolicyConverter.NamePrefix.Length
            ? $"{ns}/{name[KubernetesPolicyConverter.NamePrefix.Length..]}"
            : null;
}
