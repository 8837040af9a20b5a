using Microsoft.Extensions.Logging;

namespace Calico.Agent.Api.Outage;

/// <summary>What is said about outages of the store: event ids 120 to 139.</summary>
internal static partial class OutageLog
{
    [LoggerMessage(120, LogLevel.Warning, "etcd does not answer: pods start with addresses of the reserve ({IPv4} IPv4, {IPv6} IPv6 are left) and stop by the journal until it is back")]
    public static partial void Away(this ILogger log, int iPv4, int iPv6);

    [LoggerMessage(121, LogLevel.Information, "etcd answers again after {Seconds:F0} s; {Count} calls of the journal are told to it")]
    public static partial void Back(this ILogger log, double seconds, int count);

    [LoggerMessage(122, LogLevel.Information, "{Entry} was served without etcd: {Addresses}")]
    public static partial void Served(this ILogger log, string entry, string addresses);

    [LoggerMessage(123, LogLevel.Information, "etcd knows {Count} calls of the journal")]
    public static partial void Told(this ILogger log, int count);

    [LoggerMessage(124, LogLevel.Error, "etcd cannot be told of the {Entry}: {Problem}")]
    public static partial void Stuck(this ILogger log, string entry, string problem);

    [LoggerMessage(125, LogLevel.Warning, "the last {Bytes} bytes of {Path} were cut short by a crash; their call was never answered, they are dropped")]
    public static partial void JournalTorn(this ILogger log, string path, int bytes);

    [LoggerMessage(126, LogLevel.Information, "{Path} holds {Count} calls that etcd has yet to be told of")]
    public static partial void JournalFound(this ILogger log, string path, int count);

    [LoggerMessage(127, LogLevel.Debug, "the reserve holds {Count} addresses")]
    public static partial void Filled(this ILogger log, int count);

    [LoggerMessage(128, LogLevel.Warning, "the reserve cannot be kept, pods that start in an outage would find none: {Problem}")]
    public static partial void NotFilled(this ILogger log, string problem);
}
