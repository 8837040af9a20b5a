using Calico.Model;
using Calico.Model.Json;
using Calico.Model.Resources;
using Calico.Policy.Evaluation;

namespace Calico.Tests.Rig.Policy;

/// <summary>Objects as etcd holds them: key and JSON.</summary>
public static class StoredObjects
{
    private static readonly Dictionary<string, ResourceKind> Kinds = new[]
    {
        ResourceKind.WorkloadEndpoint, ResourceKind.HostEndpoint, ResourceKind.NetworkPolicy, ResourceKind.GlobalNetworkPolicy,
        ResourceKind.StagedNetworkPolicy, ResourceKind.StagedGlobalNetworkPolicy, ResourceKind.NetworkSet, ResourceKind.GlobalNetworkSet,
        ResourceKind.Tier, ResourceKind.Profile, ResourceKind.IpPool,
    }.ToDictionary(kind => kind.Kind);

    public static Dictionary<string, byte[]> Of(PolicySnapshot world) => new(
    [
        .. world.Workloads.Select(Of),
        .. world.HostEndpoints.Select(Of),
        .. world.Policies.Select(Of),
        .. world.GlobalPolicies.Select(Of),
        .. world.Tiers.Select(Of),
        .. world.Profiles.Select(Of),
        .. world.NetworkSets.Select(Of),
    ]);

    public static KeyValuePair<string, byte[]> Of<TSpec>(Resource<TSpec> resource)
        where TSpec : class, new() => KeyValuePair.Create(KeyOf(resource), ModelJson.Write(resource));

    public static string KeyOf<TSpec>(Resource<TSpec> resource)
        where TSpec : class, new()
    {
        var kind = Kinds[resource.Kind];
        return kind.Namespaced
            ? EtcdKeys.Resource(kind, resource.Metadata.Namespace!, resource.Metadata.Name)
            : EtcdKeys.Resource(kind, resource.Metadata.Name);
    }
}
