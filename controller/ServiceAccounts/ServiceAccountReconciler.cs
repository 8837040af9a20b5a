using Calico.Controller.Mirroring;
using Calico.Controller.Reconciling;
using Calico.Model;
using Calico.Model.Kubernetes;
using Calico.Model.Resources;
using Calico.Policy.Kubernetes;
using Calico.Store.Kubernetes;

namespace Calico.Controller.ServiceAccounts;

/// <summary>Service accounts as profiles <c>ksa.NAMESPACE.NAME</c>.</summary>
internal static class ServiceAccountReconciler
{
    internal static MirrorKind<ServiceAccount, ProfileSpec> Mirror { get; } = new("serviceaccount", KubernetesKinds.ServiceAccounts)
    {
        Prefix = EtcdKeys.Prefix(ResourceKind.Profile) + KubernetesProfiles.ServiceAccountPrefix,
        OwnerOf = OwnerOf,
        KeysOf = owner => [KeyOf(owner)],
        Convert = account => new Mirrored<ProfileSpec>(KeyOf(account.Metadata.ToString()), KubernetesProfiles.Of(account), []),
    };

    public static ReconcilerKind Kind { get; } = new(
        "serviceaccount", "profiles of service accounts", context => new MirrorReconciler<ServiceAccount, ProfileSpec>(Mirror, context));

    private static string KeyOf(string owner)
    {
        var slash = owner.IndexOf('/', StringComparison.Ordinal);
        return EtcdKeys.Resource(ResourceKind.Profile, KubernetesProfiles.NameOfServiceAccount(owner[..slash], owner[(slash + 1)..]));
    }

    /// <summary>The first dot ends the namespace, which has none; the account's own name may have some.</summary>
    private static string? OwnerOf(string key) =>
        EtcdKeys.TryParseResource(ResourceKind.Profile, key, out _, out var name) && name.Split('.', 3) is [_, { Length: > 0 } ns, { Length: > 0 } account]
            ? $"{ns}/{account}"
            : null;
}
