using Calico.Model.Resources;
using Calico.Policy.Resources;

namespace Calico.Controller.Resources;

/// <summary>The kinds of manifests/crds.</summary>
internal static class SyncedKinds
{
    /// <summary>What agents and controllers write; users do not.</summary>
    private static readonly ResourceKind[] NotForUsers = [ResourceKind.Profile, ResourceKind.Node, ResourceKind.WorkloadEndpoint, ResourceKind.ClusterInformation];

    public static IReadOnlyList<SyncedKind> All { get; } = [.. ResourceTypes.All.Where(type => !NotForUsers.Contains(type.Kind)).Select(type => new SyncedKind(type))];
}
