using Calico.Model.Kubernetes;

namespace Calico.Store.Kubernetes;

/// <summary>The kinds of the Kubernetes API that we use.</summary>
public static class KubernetesKinds
{
    public static KubernetesKind<ClusterNetworkPolicy> ClusterNetworkPolicies { get; } =
        new("policy.networking.k8s.io", "v1alpha2", "clusternetworkpolicies", "ClusterNetworkPolicy", false, KubernetesJson.Default.ClusterNetworkPolicy);

    public static KubernetesKind<ConfigMap> ConfigMaps { get; } =
        new("", "v1", "configmaps", "ConfigMap", true, KubernetesJson.Default.ConfigMap) { IsWhole = true };

    public static KubernetesKind<CustomResourceDefinition> CustomResourceDefinitions { get; } =
        new("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", false, KubernetesJson.Default.CustomResourceDefinition);

    public static KubernetesKind<DaemonSet> DaemonSets { get; } =
        new("apps", "v1", "daemonsets", "DaemonSet", true, KubernetesJson.Default.DaemonSet);

    public static KubernetesKind<EndpointSlice> EndpointSlices { get; } =
        new("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", true, KubernetesJson.Default.EndpointSlice);

    public static KubernetesKind<Event> Events { get; } =
        new("events.k8s.io", "v1", "events", "Event", true, KubernetesJson.Default.Event) { IsWhole = true };

    public static KubernetesKind<Lease> Leases { get; } =
        new("coordination.k8s.io", "v1", "leases", "Lease", true, KubernetesJson.Default.Lease) { IsWhole = true };

    public static KubernetesKind<Namespace> Namespaces { get; } =
        new("", "v1", "namespaces", "Namespace", false, KubernetesJson.Default.Namespace);

    public static KubernetesKind<KubernetesNetworkPolicy> NetworkPolicies { get; } =
        new("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", true, KubernetesJson.Default.KubernetesNetworkPolicy);

    public static KubernetesKind<KubernetesNode> Nodes { get; } =
        new("", "v1", "nodes", "Node", false, KubernetesJson.Default.KubernetesNode);

    public static KubernetesKind<Pod> Pods { get; } =
        new("", "v1", "pods", "Pod", true, KubernetesJson.Default.Pod);

    public static KubernetesKind<Secret> Secrets { get; } =
        new("", "v1", "secrets", "Secret", true, KubernetesJson.Default.Secret) { IsWhole = true };

    public static KubernetesKind<ServiceAccount> ServiceAccounts { get; } =
        new("", "v1", "serviceaccounts", "ServiceAccount", true, KubernetesJson.Default.ServiceAccount);

    public static KubernetesKind<Service> Services { get; } =
        new("", "v1", "services", "Service", true, KubernetesJson.Default.Service);

    /// <summary>A kind of which whole objects are wanted, such as those of <c>projectcalico.org/v3</c>.</summary>
    public static KubernetesKind<KubernetesObject> Raw(string group, string version, string plural, string kind, bool isNamespaced) =>
        new(group, version, plural, kind, isNamespaced, KubernetesJson.Default.KubernetesObject) { IsWhole = true };
}
