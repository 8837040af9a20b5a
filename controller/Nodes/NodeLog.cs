using Microsoft.Extensions.Logging;

namespace Calico.Controller.Nodes;

/// <summary>Event ids 5250 to 5299.</summary>
internal static partial class NodeLog
{
    [LoggerMessage(5250, LogLevel.Information, "node {Node} follows its labels in Kubernetes again")]
    public static partial void Updated(ILogger log, string node);

    [LoggerMessage(5251, LogLevel.Information, "node {Node} left the cluster: {Holdings} endpoints and handles with {Addresses} addresses and {Blocks} blocks were taken back, its record is gone")]
    public static partial void Removed(ILogger log, string node, int holdings, int addresses, int blocks);

    [LoggerMessage(5252, LogLevel.Warning, "{Key} cannot be read and is left alone: {Message}")]
    public static partial void Unreadable(ILogger log, string key, string message);
}
