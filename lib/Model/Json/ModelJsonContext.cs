using System.Text.Json.Serialization;
using Calico.Model.Ipam;
using Calico.Model.Policy;
using Calico.Model.Resources;

namespace Calico.Model.Json;

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AllocationBlock))]
[JsonSerializable(typeof(BlockAffinity))]
[JsonSerializable(typeof(IpamHandle))]
[JsonSerializable(typeof(IpamConfig))]
[JsonSerializable(typeof(Resource<BgpConfigurationSpec>))]
[JsonSerializable(typeof(Resource<BgpFilterSpec>))]
[JsonSerializable(typeof(Resource<BgpPeerSpec>))]
[JsonSerializable(typeof(Resource<ClusterInformationSpec>))]
[JsonSerializable(typeof(Resource<FelixConfigurationSpec>))]
[JsonSerializable(typeof(Resource<IpPoolSpec>))]
[JsonSerializable(typeof(Resource<IpReservationSpec>))]
[JsonSerializable(typeof(Resource<NodeSpec>))]
[JsonSerializable(typeof(Resource<ProfileSpec>))]
[JsonSerializable(typeof(Resource<WorkloadEndpointSpec>))]
[JsonSerializable(typeof(Resource<GlobalNetworkPolicySpec>))]
[JsonSerializable(typeof(Resource<HostEndpointSpec>))]
[JsonSerializable(typeof(Resource<NetworkPolicySpec>))]
[JsonSerializable(typeof(Resource<NetworkSetSpec>))]
[JsonSerializable(typeof(Resource<TierSpec>))]
internal sealed partial class ModelJsonContext : JsonSerializerContext;
