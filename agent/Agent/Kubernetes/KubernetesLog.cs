using Microsoft.Extensions.Logging;

namespace Calico.Agent.Kubernetes;

/// <summary>The log messages about Kubernetes: event ids 1200 to 1299.</summary>
internal static partial class KubernetesLog
{
    [LoggerMessage(1200, LogLevel.Information, "asking the Kubernetes API at {Server} about pods")]
    public static partial void Asking(ILogger log, Uri server);

    [LoggerMessage(1201, LogLevel.Information, "knows the {Pods} pods of this node")]
    public static partial void PodsInSync(ILogger log, int pods);

    [LoggerMessage(1202, LogLevel.Warning, "the Kubernetes Node {Node} cannot be read now: {Message}")]
    public static partial void NodeNotRead(ILogger log, string node, string message);

    [LoggerMessage(1203, LogLevel.Information, "kubeadm's configuration cannot be read, the range of pods is taken from the Node: {Message}")]
    public static partial void NoKubeadm(ILogger log, string message);

    [LoggerMessage(1204, LogLevel.Information, "told Kubernetes that the network of node {Node} is available")]
    public static partial void NetworkAvailable(ILogger log, string node);

    [LoggerMessage(1205, LogLevel.Warning, "cannot tell Kubernetes that the network of node {Node} is available, next try in {Seconds} s: {Message}")]
    public static partial void ConditionNotSet(ILogger log, string node, double seconds, string message);

    [LoggerMessage(1206, LogLevel.Warning, "cannot look whether the DaemonSet {Name} is still there, and take it for {Sight}: {Message}")]
    public static partial void DaemonSetNotRead(ILogger log, string name, DaemonSetSight sight, string message);

    [LoggerMessage(1207, LogLevel.Information, "the range of pods that Kubernetes was told is {Range}")]
    public static partial void PodRangeFound(ILogger log, string range);
}
