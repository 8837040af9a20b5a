using System.Text.Json.Serialization;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Model.Waiting;

namespace Calico.Model.Json;

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BgpConfigurationSpec))]
[JsonSerializable(typeof(BgpFilterSpec))]
[JsonSerializable(typeof(BgpPeerSpec))]
[JsonSerializable(typeof(FelixConfigurationSpec))]
[JsonSerializable(typeof(IpReservationSpec))]
[JsonSerializable(typeof(NodeSpec))]
[JsonSerializable(typeof(ProfileSpec))]
[JsonSerializable(typeof(GlobalNetworkPolicySpec))]
[JsonSerializable(typeof(HostEndpointSpec))]
[JsonSerializable(typeof(NetworkPolicySpec))]
[JsonSerializable(typeof(NetworkSetSpec))]
[JsonSerializable(typeof(ProgressAnswer))]
[JsonSerializable(typeof(ProgressQuestion))]
[JsonSerializable(typeof(StagedKubernetesNetworkPolicySpec))]
[JsonSerializable(typeof(TierSpec))]
internal sealed partial class ModelJsonContext : JsonSerializerContext;
