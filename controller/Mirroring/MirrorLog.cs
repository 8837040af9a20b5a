using Microsoft.Extensions.Logging;

namespace Calico.Controller.Mirroring;

/// <summary>The log messages of what brings objects of Kubernetes into etcd: event ids 5050 to 5069.</summary>
internal static partial class MirrorLog
{
    [LoggerMessage(5050, LogLevel.Information, "{Write}")]
    public static partial void Written(ILogger log, StoreWrite write);

    [LoggerMessage(5051, LogLevel.Information, "the kind {Kind} {State}")]
    public static partial void Kind(ILogger log, string kind, string state);

    [LoggerMessage(5052, LogLevel.Warning, "whether the cluster has the kind {Kind} cannot be told, next look soon: {Message}")]
    public static partial void KindUnknown(ILogger log, string kind, string message);

    [LoggerMessage(5053, LogLevel.Warning, "not converted, and closed instead of open: {Error}")]
    public static partial void NotConverted(ILogger log, string error);

    [LoggerMessage(5054, LogLevel.Warning, "no Event about {Object} could be made: {Message}")]
    public static partial void NoEvent(ILogger log, string @object, string message);
}
