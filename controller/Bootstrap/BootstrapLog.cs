using Microsoft.Extensions.Logging;

namespace Calico.Controller.Bootstrap;

/// <summary>The log messages of the set-up of etcd: event ids 5900 to 5949. None holds what is in a Secret.</summary>
internal static partial class BootstrapLog
{
    [LoggerMessage(5900, LogLevel.Information, "{Kind} {Name} is written: {Reason}")]
    public static partial void Written(ILogger log, string kind, string name, string reason);

    [LoggerMessage(5901, LogLevel.Information, "etcd's members, certificates and configuration are as they should be")]
    public static partial void Complete(ILogger log);

    [LoggerMessage(5902, LogLevel.Warning, "the set-up is not complete, next try in {Seconds} s: {Message}")]
    public static partial void Failed(ILogger log, double seconds, string message);

    [LoggerMessage(5903, LogLevel.Information, "DaemonSet {Name} is deleted: the nodes lose the label {Label}")]
    public static partial void Deleted(ILogger log, string name, string label);
}
