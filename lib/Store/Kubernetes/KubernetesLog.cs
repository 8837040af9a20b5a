using Microsoft.Extensions.Logging;

namespace Calico.Store.Kubernetes;

/// <summary>What the Kubernetes client writes to the log.</summary>
internal static partial class KubernetesLog
{
    [LoggerMessage(1101, LogLevel.Error, "{Activity}: an object is left out because it does not have the form of its kind: {Reason}")]
    public static partial void BadObject(ILogger log, string activity, string reason);
}
