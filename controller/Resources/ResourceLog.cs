using Microsoft.Extensions.Logging;

namespace Calico.Controller.Resources;

/// <summary>Event ids 5300 to 5349.</summary>
internal static partial class ResourceLog
{
    [LoggerMessage(5300, LogLevel.Information, "the cluster has no {Definition}: objects of this kind are managed in the datastore alone until it is applied")]
    public static partial void NoDefinition(ILogger log, string definition);

    [LoggerMessage(5301, LogLevel.Warning, "whether the cluster has {Definition} cannot be read, next try soon: {Message}")]
    public static partial void DefinitionsNotRead(ILogger log, string definition, string message);

    [LoggerMessage(5302, LogLevel.Warning, "{Key} cannot be read and is left alone: {Message}")]
    public static partial void Unreadable(ILogger log, string key, string message);

    [LoggerMessage(5303, LogLevel.Information, "{Kind} {Name} is live: revision {Revision} of the datastore")]
    public static partial void Live(ILogger log, string kind, string name, long revision);

    [LoggerMessage(5304, LogLevel.Warning, "{Kind} {Name} is not live: {Message}")]
    public static partial void NotLive(ILogger log, string kind, string name, string message);

    [LoggerMessage(5305, LogLevel.Information, "{Kind} {Name} was deleted in {Where} and goes in {There} too")]
    public static partial void Deleted(ILogger log, string kind, string name, string where, string there);

    [LoggerMessage(5306, LogLevel.Information, "{Kind} {Name} comes from the datastore to Kubernetes: revision {Revision}")]
    public static partial void Shown(ILogger log, string kind, string name, long revision);

    [LoggerMessage(5307, LogLevel.Warning, "{Kind} {Name} of the datastore cannot be shown in Kubernetes, and works all the same: {Message}")]
    public static partial void NotShown(ILogger log, string kind, string name, string message);

    [LoggerMessage(5308, LogLevel.Information, "the datastore has no ClusterInformation 'default' with a GUID yet: objects are kept the same once calico-agent, which creates it, has started on a node")]
    public static partial void NoDatastore(ILogger log);
}
