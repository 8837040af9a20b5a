using System.Text.Json;
using System.Text.Json.Serialization;

namespace Calico.Model.Kubernetes;

/// <summary>JSON of the Kubernetes API for the records of this folder, made by the source generator.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ClusterNetworkPolicy))]
[JsonSerializable(typeof(ConfigMap))]
[JsonSerializable(typeof(CustomResourceDefinition))]
[JsonSerializable(typeof(DaemonSet))]
[JsonSerializable(typeof(EndpointSlice))]
[JsonSerializable(typeof(Event))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(KubernetesMetadata))]
[JsonSerializable(typeof(KubernetesNetworkPolicy))]
[JsonSerializable(typeof(KubernetesNode))]
[JsonSerializable(typeof(KubernetesObject))]
[JsonSerializable(typeof(Lease))]
[JsonSerializable(typeof(Namespace))]
[JsonSerializable(typeof(Pod))]
[JsonSerializable(typeof(Secret))]
[JsonSerializable(typeof(Service))]
[JsonSerializable(typeof(ServiceAccount))]
public sealed partial class KubernetesJson : JsonSerializerContext;
