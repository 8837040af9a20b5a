using Microsoft.Extensions.Logging;

namespace Calico.Store;

/// <summary>What the store's room writes to the log.</summary>
internal static partial class StoreLog
{
    [LoggerMessage(1001, LogLevel.Warning, "{Activity} is interrupted and will be tried until it works: {Reason}")]
    public static partial void OutageBegan(ILogger log, string activity, string reason);

    [LoggerMessage(1002, LogLevel.Information, "{Activity} works again after {Seconds:0.0} s")]
    public static partial void OutageEnded(ILogger log, string activity, double seconds);

    [LoggerMessage(1003, LogLevel.Warning, "The TLS files changed but cannot be used, the former ones stay in use: {Reason}")]
    public static partial void RotationFailed(ILogger log, string reason);

    [LoggerMessage(1004, LogLevel.Information, "{Activity}: {Reason}; listing again")]
    public static partial void Relist(ILogger log, string activity, string reason);
}
