using Microsoft.Extensions.Logging;

namespace Calico.Agent.Api;

/// <summary>What the socket's server tells. Never the conf of a request: other plugins' secrets may be in it.</summary>
internal static partial class ApiLog
{
    [LoggerMessage(100, LogLevel.Information, "Listening on {Path}")]
    public static partial void Listening(this ILogger log, string path);

    [LoggerMessage(101, LogLevel.Information, "{Verb} of container {Container} interface {Interface} served in {Milliseconds:F1} ms")]
    public static partial void Served(this ILogger log, string verb, string container, string @interface, double milliseconds);

    [LoggerMessage(102, LogLevel.Warning, "{Verb} of container {Container} interface {Interface} failed in {Milliseconds:F1} ms: code {Code}: {Reason}")]
    public static partial void Refused(
        this ILogger log, string verb, string container, string @interface, double milliseconds, int code, string reason);

    [LoggerMessage(103, LogLevel.Error, "{Verb} of container {Container} interface {Interface} met an unexpected error")]
    public static partial void Broken(this ILogger log, Exception exception, string verb, string container, string @interface);

    [LoggerMessage(104, LogLevel.Warning, "Process {ProcessId} of user {UserId} may not use the agent's socket")]
    public static partial void Stranger(this ILogger log, int processId, uint userId);

    [LoggerMessage(105, LogLevel.Warning, "A message on the agent's socket is refused: {Reason}")]
    public static partial void BadMessage(this ILogger log, string reason);

    [LoggerMessage(106, LogLevel.Information, "{Verb} of container {Container} interface {Interface} is not begun: its caller is gone")]
    public static partial void CallerGone(this ILogger log, string verb, string container, string @interface);

    [LoggerMessage(107, LogLevel.Warning, "The agent's socket cannot take a connection: {Reason}")]
    public static partial void CannotAccept(this ILogger log, string reason);

    [LoggerMessage(108, LogLevel.Warning, "{Count} requests were still under way after {Seconds} s and are cut off")]
    public static partial void CutOff(this ILogger log, int count, double seconds);

    [LoggerMessage(109, LogLevel.Debug, "A connection to the agent's socket ended early: {Reason}")]
    public static partial void ConnectionEnded(this ILogger log, string reason);

    [LoggerMessage(111, LogLevel.Error, "A connection to the agent's socket met an unexpected error")]
    public static partial void ConnectionBroken(this ILogger log, Exception exception);

    [LoggerMessage(110, LogLevel.Error, "A batch of {Count} requests failed as a whole; each is tried by itself")]
    public static partial void BatchFailed(this ILogger log, Exception exception, int count);
}
