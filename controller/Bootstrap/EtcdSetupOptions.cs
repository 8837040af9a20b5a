using Microsoft.Extensions.Logging;

namespace Calico.Controller.Bootstrap;

/// <summary>What <c>calico-controller etcd-setup</c> was told.</summary>
/// <param name="Kubeconfig">Empty: as a pod of the cluster.</param>
internal sealed record EtcdSetupOptions(string Kubeconfig, string Namespace, LogLevel LogLevel);
