using Calico.Model.Ipam;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Model.Waiting;

namespace Calico.Model.Json.Forms;

/// <summary>The form of each type of stored object.</summary>
internal static class StoredForms
{
    /// <exception cref="NotSupportedException">No such object is stored.</exception>
    public static JsonForm<T> Of<T>()
        where T : class => (JsonForm<T>)Of(typeof(T));

    // What each call of calico-ipam needs comes first, written by hand; of the rest the specs are left to the source generator.
    private static object Of(Type type) =>
        type == typeof(AllocationBlock) ? AllocationBlockForm.Instance
        : type == typeof(IpamHandle) ? IpamHandleForm.Instance
        : type == typeof(BlockAffinity) ? BlockAffinityForm.Instance
        : type == typeof(IpamConfig) ? IpamConfigForm.Instance
        : type == typeof(AddressInquiry) ? AddressInquiryForm.Instance
        : type == typeof(Resource<ClusterInformationSpec>) ? ClusterInformationForm.Resource
        : type == typeof(Resource<IpPoolSpec>) ? IpPoolForm.Resource
        : type == typeof(Resource<WorkloadEndpointSpec>) ? WorkloadEndpointForm.Resource
        : type == typeof(Resource<IpReservationSpec>) ? Generated<IpReservationSpec>()
        : type == typeof(Resource<NodeSpec>) ? Generated<NodeSpec>()
        : type == typeof(Resource<ProfileSpec>) ? Generated<ProfileSpec>()
        : type == typeof(Resource<BgpConfigurationSpec>) ? Generated<BgpConfigurationSpec>()
        : type == typeof(Resource<BgpFilterSpec>) ? Generated<BgpFilterSpec>()
        : type == typeof(Resource<BgpPeerSpec>) ? Generated<BgpPeerSpec>()
        : type == typeof(Resource<FelixConfigurationSpec>) ? Generated<FelixConfigurationSpec>()
        : type == typeof(Resource<GlobalNetworkPolicySpec>) ? Generated<GlobalNetworkPolicySpec>()
        : type == typeof(Resource<HostEndpointSpec>) ? Generated<HostEndpointSpec>()
        : type == typeof(Resource<NetworkPolicySpec>) ? Generated<NetworkPolicySpec>()
        : type == typeof(Resource<NetworkSetSpec>) ? Generated<NetworkSetSpec>()
        : type == typeof(Resource<StagedKubernetesNetworkPolicySpec>) ? Generated<StagedKubernetesNetworkPolicySpec>()
        : type == typeof(Resource<TierSpec>) ? Generated<TierSpec>()
        : type == typeof(ProgressQuestion) ? new GeneratedForm<ProgressQuestion>()
        : type == typeof(ProgressAnswer) ? new GeneratedForm<ProgressAnswer>()
        : throw new NotSupportedException($"{type} is not stored");

    private static ResourceForm<TSpec> Generated<TSpec>()
        where TSpec : class, new() => new(new GeneratedForm<TSpec>());
}
