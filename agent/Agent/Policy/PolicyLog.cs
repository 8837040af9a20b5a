using Microsoft.Extensions.Logging;

namespace Calico.Agent.Policy;

/// <summary>The log messages about policy: event ids 1100 to 1199.</summary>
internal static partial class PolicyLog
{
    [LoggerMessage(1100, LogLevel.Warning, "{Object} is not right: {Problems}")]
    public static partial void ObjectWrong(ILogger log, string @object, string problems);

    [LoggerMessage(1101, LogLevel.Information, "{Object} is right again, or gone")]
    public static partial void ObjectMended(ILogger log, string @object);

    [LoggerMessage(1102, LogLevel.Warning, "policy is not enforced on this node (CALICO_POLICY=off): every pod reaches every other")]
    public static partial void NotEnforced(ILogger log);

    [LoggerMessage(1103, LogLevel.Warning, "{Endpoint} of revision {Revision} is not in the kernel in time, which has revision {Programmed}: its packets are dropped until it is")]
    public static partial void EndpointLate(ILogger log, string endpoint, long revision, long programmed);

    [LoggerMessage(1104, LogLevel.Warning, "{Endpoint} has no profile {Profiles} in the datastore yet: what no policy allows is dropped until it comes")]
    public static partial void NoProfile(ILogger log, string endpoint, string profiles);

    [LoggerMessage(1105, LogLevel.Information, "{Endpoint} has a profile now")]
    public static partial void ProfileCame(ILogger log, string endpoint);
}
