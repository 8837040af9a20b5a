using Microsoft.Extensions.Logging;

namespace Calico.Agent.Dataplane;

/// <summary>The log messages of the loop: event ids 3000 to 3019.</summary>
internal static partial class DataplaneLog
{
    [LoggerMessage(3000, LogLevel.Error, "{Part} cannot be brought into the kernel, what is there stays, and it is tried again: {Message}")]
    public static partial void Failed(ILogger log, string part, string message);

    [LoggerMessage(3001, LogLevel.Information, "{Part} are in the kernel again")]
    public static partial void Recovered(ILogger log, string part);

    [LoggerMessage(3002, LogLevel.Information, "rules go to the {Backend} back end of iptables")]
    public static partial void Backend(ILogger log, IptablesBackend backend);
}
