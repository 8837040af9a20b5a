using Microsoft.Extensions.Logging;

namespace Calico.Hosting;

/// <summary>What every long-running program says of itself: event ids 4000 to 4009.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(4000, LogLevel.Information, "stopped")]
    public static partial void Stopped(ILogger log);

    [LoggerMessage(4001, LogLevel.Critical, "cannot go on: {Message}")]
    public static partial void CannotGoOn(ILogger log, string message);

    [LoggerMessage(4002, LogLevel.Information, "{EndPoint} answers {Paths}")]
    public static partial void Served(ILogger log, string endPoint, string paths);

    [LoggerMessage(4003, LogLevel.Debug, "a request of {EndPoint} failed: {Message}")]
    public static partial void RequestFailed(ILogger log, string endPoint, string message);
}
