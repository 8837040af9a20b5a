using Calico.Agent.Install;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Options;

/// <summary>What <c>calico-agent install</c> was told, checked as a whole.</summary>
/// <param name="Kubernetes">Null: no kubeconfig is written.</param>
internal sealed record InstallOptions(CniOptions Cni, KubernetesOptions? Kubernetes, LogLevel LogLevel);
