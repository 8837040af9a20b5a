using Microsoft.Extensions.Logging;

namespace Calico.Agent.Dataplane.Endpoints;

/// <summary>The log messages of endpoints' routes and settings: event ids 3200 to 3299.</summary>
internal static partial class EndpointLog
{
    [LoggerMessage(3200, LogLevel.Information, "set the route {Destination} on {Device}, which was missing")]
    public static partial void RouteSet(ILogger log, string destination, string device);

    [LoggerMessage(3201, LogLevel.Information, "deleted the route {Destination} on {Device}, which belongs to no endpoint any more")]
    public static partial void RouteDeleted(ILogger log, string destination, string device);

    [LoggerMessage(3202, LogLevel.Warning, "the route {Destination} belongs on {Device} and is on {Other} (protocol {Protocol}): it is left alone; find out who set it, or delete it")]
    public static partial void RouteTaken(ILogger log, string destination, string device, string other, int protocol);

    [LoggerMessage(3203, LogLevel.Warning, "the routes of {Device} cannot be put right, next try in {Seconds} s: {Message}")]
    public static partial void RoutesFailed(ILogger log, string device, double seconds, string message);

    [LoggerMessage(3204, LogLevel.Information, "the kernel setting {Path} was {Before} and is {Value} again")]
    public static partial void SettingRepaired(ILogger log, string path, string before, string value);

    [LoggerMessage(3205, LogLevel.Warning, "the kernel setting {Path} of {Device} cannot be made {Value}: {Message}")]
    public static partial void SettingRefused(ILogger log, string device, string path, string value, string message);

    [LoggerMessage(3206, LogLevel.Warning, "changes in the kernel's network came faster than they were taken: all endpoints are looked at")]
    public static partial void EventsLost(ILogger log);

    [LoggerMessage(3207, LogLevel.Error, "changes in the kernel's network cannot be followed, next try in {Seconds} s: {Message}")]
    public static partial void MonitorFailed(ILogger log, double seconds, string message);
}
