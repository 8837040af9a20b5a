using Calico.Model.Kubernetes;
using Calico.Model.Resources;
using Calico.Policy.Resources;
using Calico.Policy.Validation;
using Calico.Store.Kubernetes;

namespace Calico.Controller.Resources;

/// <summary>A kind whose objects are kept the same in Kubernetes and in the datastore.</summary>
internal sealed record SyncedKind(ResourceType Type)
{
    private const string Spec = "spec.";

    public ResourceKind Stored => Type.Kind;

    /// <summary>Its names carry the tier in the datastore: see <see cref="PolicyNames"/>.</summary>
    public bool HasTierNames => Type.HasTierNames;

    /// <summary>Its definition lets Kubernetes keep fields that it does not describe.</summary>
    public bool IsOpen => Type.IsOpen;

    public KubernetesKind<KubernetesObject> Kubernetes { get; } =
        KubernetesKinds.Raw("projectcalico.org", "v3", Type.Kind.Plural, Type.Kind.Kind, Type.Kind.Namespaced);

    /// <summary>The name of its CustomResourceDefinition.</summary>
    public string Definition => $"{Stored.Plural}.projectcalico.org";

    /// <summary>All that is wrong with an object as it would be stored, under the name it has in Kubernetes.</summary>
    public IReadOnlyList<string> Validate(byte[] json) => Texts(Type.Validate(json));

    /// <summary>The fields of a stored spec that we do not know, and Kubernetes therefore would drop.</summary>
    public IEnumerable<string> UnknownFields(byte[] json) =>
        Type.UnknownFields(json).Where(field => field.StartsWith(Spec, StringComparison.Ordinal)).Select(field => field[Spec.Length..]).Where(field => !field.Contains('.', StringComparison.Ordinal));

    /// <summary>The object itself is where the message will stand, so its name is left out.</summary>
    public static IReadOnlyList<string> Texts(IEnumerable<ValidationError> errors) =>
        [.. errors.Select(error => error.Field.Length > 0 ? $"{error.Field}: {error.Problem}" : error.Problem)];

    public override string ToString() => Stored.Kind;
}
