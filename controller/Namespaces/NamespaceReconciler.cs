using Calico.Controller.Mirroring;
using Calico.Controller.Reconciling;
using Calico.Model;
using Calico.Model.Kubernetes;
using Calico.Model.Resources;
using Calico.Policy.Kubernetes;
using Calico.Store.Kubernetes;

namespace Calico.Controller.Namespaces;

/// <summary>Namespaces as profiles <c>kns.NAME</c>.</summary>
internal static class NamespaceReconciler
{
    internal static MirrorKind<Namespace, ProfileSpec> Mirror { get; } = new("namespace", KubernetesKinds.Namespaces)
    {
        Prefix = EtcdKeys.Prefix(ResourceKind.Profile) + KubernetesProfiles.NamespacePrefix,
        OwnerOf = OwnerOf,
        KeysOf = owner => [KeyOf(owner)],
        Convert = resource => new Mirrored<ProfileSpec>(KeyOf(resource.Metadata.Name), KubernetesProfiles.Of(resource), []),
    };

    public static ReconcilerKind Kind { get; } = new(
        "namespace", "profiles of namespaces", context => new MirrorReconciler<Namespace, ProfileSpec>(Mirror, context));

    private static string KeyOf(string name) => EtcdKeys.Resource(ResourceKind.Profile, KubernetesProfiles.NameOfNamespace(name));

    private static string? OwnerOf(string key) =>
        EtcdKeys.TryParseResource(ResourceKind.Profile, key, out _, out var name) && name.Length > KubernetesProfiles.NamespacePrefix.Length
            ? name[KubernetesProfiles.NamespacePrefix.Length..]
            : null;
}
