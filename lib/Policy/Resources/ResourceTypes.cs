using System.Collections.Immutable;
using System.Text.Json;
using Calico.Model.Json;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Validation;

namespace Calico.Policy.Resources;

/// <summary>Every kind of resource in the datastore.</summary>
public static class ResourceTypes
{
    public static IReadOnlyList<ResourceType> All { get; } =
    [
        Of<IpPoolSpec>(ResourceKind.IpPool, PoolValidator.Validate),
        Of<IpReservationSpec>(ResourceKind.IpReservation, PoolValidator.Validate),
        Of<TierSpec>(ResourceKind.Tier, PolicyValidator.Validate),
        Of<NetworkPolicySpec>(ResourceKind.NetworkPolicy, PolicyValidator.Validate, hasTierNames: true),
        Of<GlobalNetworkPolicySpec>(ResourceKind.GlobalNetworkPolicy, PolicyValidator.Validate, hasTierNames: true),
        Of<NetworkPolicySpec>(ResourceKind.StagedNetworkPolicy, PolicyValidator.Validate, hasTierNames: true),
        Of<GlobalNetworkPolicySpec>(ResourceKind.StagedGlobalNetworkPolicy, PolicyValidator.Validate, hasTierNames: true),
        Of<StagedKubernetesNetworkPolicySpec>(ResourceKind.StagedKubernetesNetworkPolicy, _ => [], isOpen: true),
        Of<NetworkSetSpec>(ResourceKind.NetworkSet, PolicyValidator.Validate),
        Of<NetworkSetSpec>(ResourceKind.GlobalNetworkSet, PolicyValidator.Validate),
        Of<HostEndpointSpec>(ResourceKind.HostEndpoint, PolicyValidator.Validate),
        Of<BgpPeerSpec>(ResourceKind.BgpPeer, PeerValidator.Validate),
        Of<BgpConfigurationSpec>(ResourceKind.BgpConfiguration, _ => [], isOpen: true),
        Of<BgpFilterSpec>(ResourceKind.BgpFilter, FilterValidator.Validate),
        Of<FelixConfigurationSpec>(ResourceKind.FelixConfiguration, _ => [], isOpen: true),
        Of<ProfileSpec>(ResourceKind.Profile, PolicyValidator.Validate),
        Of<NodeSpec>(ResourceKind.Node, _ => [], isOpen: true),
        Of<WorkloadEndpointSpec>(ResourceKind.WorkloadEndpoint, _ => [], isOpen: true),
        Of<ClusterInformationSpec>(ResourceKind.ClusterInformation, _ => [], isOpen: true),
    ];

    /// <exception cref="InvalidOperationException">There is no such kind.</exception>
    public static ResourceType Of(ResourceKind kind) => All.First(type => type.Kind == kind);

    private static ResourceType Of<TSpec>(
        ResourceKind kind, Func<Resource<TSpec>, ImmutableArray<ValidationError>> validate, bool hasTierNames = false, bool isOpen = false)
        where TSpec : JsonObjectRecord, new() => new(
            kind,
            hasTierNames,
            isOpen,
            json =>
            {
                try
                {
                    return validate(ModelJson.Read<Resource<TSpec>>(json));
                }
                catch (JsonException e)
                {
                    return [new ValidationError(kind.Kind, "", e.Message)];
                }
            },
            json =>
            {
                try
                {
                    return [.. UnknownFieldFinder.Find(ModelJson.Read<Resource<TSpec>>(json), isOpen)];
                }
                catch (JsonException)
                {
                    return [];
                }
            });
}
