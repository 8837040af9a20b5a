using System.Net;
using Calico.Model.Kubernetes;

namespace Calico.Controller.Bootstrap;

/// <summary>What is there.</summary>
/// <param name="Namespace">Of all our objects.</param>
/// <param name="Config">Data of the ConfigMap.</param>
/// <param name="Ca">Data of the authority's Secret.</param>
/// <param name="Server">Data of the Secret of etcd's pods.</param>
/// <param name="Client">Data of the clients' Secret.</param>
/// <param name="ClusterAddresses">Of the Service.</param>
/// <param name="IsInstalled">The DaemonSet is there and not being deleted.</param>
internal sealed record Observed(
    string Namespace,
    IReadOnlyList<KubernetesNode> Nodes,
    IReadOnlyDictionary<string, string> Config,
    IReadOnlyDictionary<string, string> Ca,
    IReadOnlyDictionary<string, string> Server,
    IReadOnlyDictionary<string, string> Client,
    IReadOnlyList<IPAddress> ClusterAddresses,
    bool IsInstalled);
