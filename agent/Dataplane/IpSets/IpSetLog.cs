using Microsoft.Extensions.Logging;

namespace Calico.Agent.Dataplane.IpSets;

/// <summary>The log messages of the driver of IP sets: event ids 2220 to 2239.</summary>
internal static partial class IpSetLog
{
    [LoggerMessage(2220, LogLevel.Error, "IP set {Set} is refused and has the members it had, or a part of the change: {Message}")]
    public static partial void Refused(ILogger log, string set, string message);

    [LoggerMessage(2221, LogLevel.Warning, "IP set {Set} cannot be removed, which is tried again: {Message}")]
    public static partial void RemovalRefused(ILogger log, string set, string message);

    [LoggerMessage(2222, LogLevel.Warning, "another program changed IP set {Set}; restored")]
    public static partial void Restored(ILogger log, string set);
}
