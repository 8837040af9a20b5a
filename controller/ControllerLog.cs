using Microsoft.Extensions.Logging;

namespace Calico.Controller;

/// <summary>The log messages of the program's shell: event ids 5000 to 5049.</summary>
internal static partial class ControllerLog
{
    [LoggerMessage(5000, LogLevel.Information, "calico-controller {Version} starts as {Identity} with {Reconcilers}, etcd at {Endpoints}")]
    public static partial void Starting(ILogger log, string version, string identity, string reconcilers, string endpoints);

    [LoggerMessage(5001, LogLevel.Information, "this replica ({Identity}) leads")]
    public static partial void Leading(ILogger log, string identity);

    [LoggerMessage(5002, LogLevel.Information, "{Holder} leads; this replica waits")]
    public static partial void Following(ILogger log, string holder);

    [LoggerMessage(5003, LogLevel.Warning, "the lease cannot be read or written, next try soon: {Message}")]
    public static partial void LeaseNotReached(ILogger log, string message);

    [LoggerMessage(5004, LogLevel.Warning, "the lease is lost, {Reason}: this replica stops working at once and waits")]
    public static partial void LeaseLost(ILogger log, string reason);

    [LoggerMessage(5005, LogLevel.Information, "the lease is given back")]
    public static partial void LeaseReleased(ILogger log);

    // Of an outage the store and the client speak once; a line for each key and try would bury that.
    [LoggerMessage(EventId = 5010, Message = "{Reconciler}: {Key} is not as it should be, next try in {Seconds:0.0} s: {Message}")]
    public static partial void KeyFailed(ILogger log, LogLevel level, string reconciler, string key, double seconds, string message);

    [LoggerMessage(5011, LogLevel.Warning, "{Reconciler}: the look at everything failed, next one in {Seconds} s: {Message}")]
    public static partial void AuditFailed(ILogger log, string reconciler, double seconds, string message);
}
