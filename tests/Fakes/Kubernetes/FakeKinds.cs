using Calico.Store.Kubernetes;

namespace Calico.Tests.Fakes.Kubernetes;

/// <summary>The kinds that every API server serves, as far as we use them, and whether their status changes by its own path only.</summary>
internal static class FakeKinds
{
    public static IReadOnlyList<(KubernetesKind Kind, bool HasStatus)> BuiltIn { get; } =
    [
        (KubernetesKinds.ConfigMaps, false),
        (KubernetesKinds.CustomResourceDefinitions, true),
        (KubernetesKinds.DaemonSets, true),
        (KubernetesKinds.EndpointSlices, false),
        (KubernetesKinds.Events, false),
        (KubernetesKinds.Leases, false),
        (KubernetesKinds.Namespaces, true),
        (KubernetesKinds.NetworkPolicies, false),
        (KubernetesKinds.Nodes, true),
        (KubernetesKinds.Pods, true),
        (KubernetesKinds.Secrets, false),
        (KubernetesKinds.ServiceAccounts, false),
        (KubernetesKinds.Services, true),
    ];
}
