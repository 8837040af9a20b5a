using Microsoft.Extensions.Logging;

namespace Calico.Agent.Routing;

/// <summary>The log messages of routing: event ids 2000 to 2099.</summary>
internal static partial class RoutingLog
{
    [LoggerMessage(2000, LogLevel.Information, "BIRD started, control socket {Socket}; recovers kernel routes: {Recovers}")]
    public static partial void Started(ILogger log, string socket, bool recovers);

    [LoggerMessage(2001, LogLevel.Information, "BIRD was already running and is taken over through {Socket}")]
    public static partial void Adopted(ILogger log, string socket);

    [LoggerMessage(2002, LogLevel.Warning, "BIRD ended; the kernel keeps its routes, and it is started again")]
    public static partial void Ended(ILogger log);

    [LoggerMessage(2003, LogLevel.Error, "{Binary} cannot be started: {Message}. Next try in {Seconds} s")]
    public static partial void StartFailed(ILogger log, string binary, string message, double seconds);

    [LoggerMessage(2010, LogLevel.Information, "BIRD took the new configuration: {Message}")]
    public static partial void Reloaded(ILogger log, string message);

    [LoggerMessage(2011, LogLevel.Error, "BIRD's parser refuses {File}, so the configuration before it stays: {Message}")]
    public static partial void ConfigurationRefused(ILogger log, string file, string message);

    [LoggerMessage(2012, LogLevel.Error, "BIRD refuses to load the configuration: {Message}")]
    public static partial void ReloadRefused(ILogger log, string message);

    [LoggerMessage(2013, LogLevel.Debug, "the configuration is read when BIRD starts: {Message}")]
    public static partial void ReloadDeferred(ILogger log, string message);

    [LoggerMessage(2020, LogLevel.Information, "BGP session {Session} to {Origin} ({Address}) is up")]
    public static partial void SessionUp(ILogger log, string session, string origin, string address);

    [LoggerMessage(2021, LogLevel.Warning, "BGP session {Session} to {Origin} is down ({State}): {Cause}")]
    public static partial void SessionDown(ILogger log, string session, string origin, string state, string cause);

    [LoggerMessage(2022, LogLevel.Warning, "the state of the BGP sessions cannot be read: {Message}")]
    public static partial void StatusFailed(ILogger log, string message);
}
