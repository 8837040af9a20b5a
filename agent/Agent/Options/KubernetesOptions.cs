using Calico.Store.Kubernetes;

namespace Calico.Agent.Options;

/// <summary>Where the Kubernetes API is and who we are in it.</summary>
internal sealed record KubernetesOptions
{
    /// <summary>Empty: the service account of our pod.</summary>
    public required string Kubeconfig { get; init; }

    public required string ServiceHost { get; init; }

    public required string ServicePort { get; init; }

    /// <summary>The name of this node's object.</summary>
    public required string NodeRef { get; init; }

    /// <summary>Empty: the node is never cleaned up.</summary>
    public string DaemonSet { get; init; } = "";

    /// <summary>Empty: etcd's data stay.</summary>
    public string EtcdDaemonSet { get; init; } = "";

    /// <summary>Where the kubelet mounts the service account.</summary>
    public string ServiceAccountDirectory { get; init; } = KubernetesConfig.ServiceAccountDirectory;

    /// <exception cref="KubernetesException">The kubeconfig or the service account cannot be used.</exception>
    public KubernetesConfig Config() => Kubeconfig.Length > 0
        ? KubernetesConfig.FromKubeconfig(Kubeconfig)
        : KubernetesConfig.InCluster(
            new Dictionary<string, string> { ["KUBERNETES_SERVICE_HOST"] = ServiceHost, ["KUBERNETES_SERVICE_PORT"] = ServicePort }, ServiceAccountDirectory);
}
