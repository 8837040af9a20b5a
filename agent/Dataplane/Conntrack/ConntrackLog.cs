using Microsoft.Extensions.Logging;

namespace Calico.Agent.Dataplane.Conntrack;

/// <summary>The log messages of connection tracking: event ids 3300 to 3399.</summary>
internal static partial class ConntrackLog
{
    [LoggerMessage(3300, LogLevel.Information, "cut {Denied} tracked connections that policy now denies, deleted {Left} of addresses that left this node")]
    public static partial void Cut(ILogger log, int denied, int left);

    [LoggerMessage(3301, LogLevel.Debug, "looked at {Entries} tracked connections in {Milliseconds} ms")]
    public static partial void Looked(ILogger log, int entries, double milliseconds);

    [LoggerMessage(3302, LogLevel.Warning, "tracked connections cannot be looked at, so what policy denies from now on is refused only to new connections: {Message}")]
    public static partial void Failed(ILogger log, string message);

    [LoggerMessage(3303, LogLevel.Information, "tracked connections can be looked at again")]
    public static partial void Recovered(ILogger log);
}
