using Calico.Model.Kubernetes;
using Calico.Model.Resources;
using Calico.Store.Kubernetes;

namespace Calico.Controller.Resources;

/// <summary>A kind whose objects are kept the same in Kubernetes and in the datastore.</summary>
/// <param name="HasTierNames">Its names carry the tier in the datastore: see <see cref="PolicyNames"/>.</param>
/// <param name="IsOpen">Its definition lets Kubernetes keep fields that it does not describe.</param>
/// <param name="Validate">All that is wrong with an object as it would be stored, under the name it has in Kubernetes.</param>
/// <param name="UnknownFields">The fields of a stored spec that we do not know, and Kubernetes therefore would drop.</param>
internal sealed record SyncedKind(
    ResourceKind Stored, bool HasTierNames, bool IsOpen, Func<byte[], IReadOnlyList<string>> Validate, Func<byte[], IEnumerable<string>> UnknownFields)
{
    public KubernetesKind<KubernetesObject> Kubernetes { get; } =
        KubernetesKinds.Raw("projectcalico.org", "v3", Stored.Plural, Stored.Kind, Stored.Namespaced);

    /// <summary>The name of its CustomResourceDefinition.</summary>
    public string Definition => $"{Stored.Plural}.projectcalico.org";

    public override string ToString() => Stored.Kind;
}
