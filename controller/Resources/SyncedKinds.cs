using System.Collections.Immutable;
using System.Text.Json;
using Calico.Model.Json;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Validation;

namespace Calico.Controller.Resources;

/// <summary>The kinds of manifests/crds.</summary>
internal static class SyncedKinds
{
    public static IReadOnlyList<SyncedKind> All { get; } =
    [
        Of<IpPoolSpec>(ResourceKind.IpPool, PoolRules.Check),
        Of<IpReservationSpec>(ResourceKind.IpReservation, PoolRules.Check),
        Of<TierSpec>(ResourceKind.Tier, tier => Texts(PolicyValidator.Validate(tier))),
        Of<NetworkPolicySpec>(ResourceKind.NetworkPolicy, policy => Texts(PolicyValidator.Validate(policy)), hasTierNames: true),
        Of<GlobalNetworkPolicySpec>(ResourceKind.GlobalNetworkPolicy, policy => Texts(PolicyValidator.Validate(policy)), hasTierNames: true),
        Of<NetworkPolicySpec>(ResourceKind.StagedNetworkPolicy, policy => Texts(PolicyValidator.Validate(policy)), hasTierNames: true),
        Of<GlobalNetworkPolicySpec>(ResourceKind.StagedGlobalNetworkPolicy, policy => Texts(PolicyValidator.Validate(policy)), hasTierNames: true),
        Of<StagedKubernetesNetworkPolicySpec>(ResourceKind.StagedKubernetesNetworkPolicy, _ => [], isOpen: true),
        Of<NetworkSetSpec>(ResourceKind.NetworkSet, set => Texts(PolicyValidator.Validate(set))),
        Of<NetworkSetSpec>(ResourceKind.GlobalNetworkSet, set => Texts(PolicyValidator.Validate(set))),
        Of<HostEndpointSpec>(ResourceKind.HostEndpoint, endpoint => Texts(PolicyValidator.Validate(endpoint))),
        Of<BgpPeerSpec>(ResourceKind.BgpPeer, PeerRules.Check),
        Of<BgpConfigurationSpec>(ResourceKind.BgpConfiguration, _ => [], isOpen: true),
        Of<BgpFilterSpec>(ResourceKind.BgpFilter, _ => []),
        Of<FelixConfigurationSpec>(ResourceKind.FelixConfiguration, _ => [], isOpen: true),
    ];

    private static SyncedKind Of<TSpec>(ResourceKind kind, Func<Resource<TSpec>, IReadOnlyList<string>> check, bool hasTierNames = false, bool isOpen = false)
        where TSpec : JsonObjectRecord, new() => new(
            kind,
            hasTierNames,
            isOpen,
            json =>
            {
                try
                {
                    return check(ModelJson.Read<Resource<TSpec>>(json));
                }
                catch (JsonException e)
                {
                    return [e.Message];
                }
            },
            json =>
            {
                try
                {
                    return ModelJson.Read<Resource<TSpec>>(json).Spec.Unknown?.Keys ?? Enumerable.Empty<string>();
                }
                catch (JsonException)
                {
                    return [];
                }
            });

    /// <summary>The object itself is where the message will stand, so its name is left out.</summary>
    private static string[] Texts(ImmutableArray<ValidationError> errors) =>
        [.. errors.Select(error => error.Field.Length > 0 ? $"{error.Field}: {error.Problem}" : error.Problem)];
}
