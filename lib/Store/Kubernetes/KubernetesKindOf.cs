using System.Text.Json.Serialization.Metadata;
using Calico.Model.Kubernetes;

namespace Calico.Store.Kubernetes;

/// <summary>A kind of the Kubernetes API whose objects we hold as <typeparamref name="T"/>.</summary>
/// <param name="Json">How its objects are read and written.</param>
public sealed record KubernetesKind<T>(string Group, string Version, string Plural, string Kind, bool IsNamespaced, JsonTypeInfo<T> Json)
    : KubernetesKind(Group, Version, Plural, Kind, IsNamespaced)
    where T : KubernetesResource;
