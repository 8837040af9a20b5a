using Calico.Model.Net;
using Microsoft.Extensions.Logging;

namespace Calico.Agent;

/// <summary>The log messages of the program: event ids 1000 to 1099 (routing has 2000 to 2099, docs/design/routing.md).</summary>
internal static partial class AgentLog
{
    [LoggerMessage(1000, LogLevel.Information, "calico-agent {Version} starts for node {Node}, etcd at {Endpoints}")]
    public static partial void Starting(ILogger log, string version, string node, string endpoints);

    [LoggerMessage(1001, LogLevel.Information, "stopping: no new requests; BIRD and the kernel's routes stay as they are")]
    public static partial void Stopping(ILogger log);

    [LoggerMessage(1003, LogLevel.Critical, "cannot go on: {Message}")]
    public static partial void CannotGoOn(ILogger log, string message, Exception? exception = null);

    [LoggerMessage(1004, LogLevel.Warning, "{Variable} means nothing to this version and is ignored")]
    public static partial void UnknownVariable(ILogger log, string variable);

    [LoggerMessage(1010, LogLevel.Warning, "waiting for etcd at {Endpoints}: {Message}")]
    public static partial void WaitingForStore(ILogger log, string endpoints, string message);

    [LoggerMessage(1009, LogLevel.Warning, "waiting for the Kubernetes API: {Message}")]
    public static partial void WaitingForApi(ILogger log, string message);

    [LoggerMessage(1011, LogLevel.Information, "node {Node} is registered with IPv4 {IPv4}, IPv6 {IPv6}")]
    public static partial void NodeRegistered(ILogger log, string node, string ipv4, string ipv6);

    [LoggerMessage(1012, LogLevel.Information, "made ClusterInformation, cluster {Guid}")]
    public static partial void ClusterCreated(ILogger log, string guid);

    [LoggerMessage(1013, LogLevel.Information, "made IPPool {Name} with {Cidr}, because there was none of its family")]
    public static partial void PoolCreated(ILogger log, string name, string cidr);

    [LoggerMessage(1014, LogLevel.Information, "wrote {NodeNameFile} and {MtuFile} (MTU {Mtu})")]
    public static partial void FilesWritten(ILogger log, string nodeNameFile, string mtuFile, int mtu);

    [LoggerMessage(1015, LogLevel.Warning, "{File} named this node '{Before}' and now names it '{After}': what is stored under the old name is not moved")]
    public static partial void NodeRenamed(ILogger log, string file, string before, string after);

    [LoggerMessage(1016, LogLevel.Information, "{Family} addresses by {Method}, best first: {Ranking}")]
    public static partial void AddressRanking(ILogger log, IpFamily family, string method, string ranking);

    [LoggerMessage(1017, LogLevel.Warning, "the node keeps its address {Kept}, although detection now prefers {Preferred}: set IP or IP6 to move it")]
    public static partial void AddressKept(ILogger log, InterfaceAddress kept, InterfaceAddress preferred);

    [LoggerMessage(1018, LogLevel.Warning, "the node's address changes from {Before} to {After}: its peers drop and rebuild their sessions")]
    public static partial void AddressReplaced(ILogger log, InterfaceAddress before, string after);

    [LoggerMessage(1019, LogLevel.Warning, "no interface has {Address}, which this node is told to use: BGP will not start until one has")]
    public static partial void AddressNotOnHost(ILogger log, InterfaceAddress address);

    [LoggerMessage(1020, LogLevel.Warning, "the kernel setting {Path} cannot be made {Value}: {Message}")]
    public static partial void SettingRefused(ILogger log, string path, string value, string message);

    [LoggerMessage(1030, LogLevel.Information, "in sync with etcd at revision {Revision}: {Endpoints} pods on this node")]
    public static partial void InSync(ILogger log, long revision, int endpoints);

    [LoggerMessage(1031, LogLevel.Warning, "left out of routing: {Problem}")]
    public static partial void RoutingProblem(ILogger log, string problem);

    [LoggerMessage(1032, LogLevel.Information, "no longer left out of routing: {Problem}")]
    public static partial void RoutingProblemGone(ILogger log, string problem);

    [LoggerMessage(1033, LogLevel.Error, "the routing configuration cannot be applied, next try in {Seconds} s: {Message}")]
    public static partial void RoutingFailed(ILogger log, double seconds, string message);

    [LoggerMessage(1034, LogLevel.Warning, "the status file {File} cannot be written: {Message}")]
    public static partial void StatusNotWritten(ILogger log, string file, string message);

    [LoggerMessage(1040, LogLevel.Debug, "deleted the device {Name} of a released pod")]
    public static partial void DeviceDeleted(ILogger log, string name);

    [LoggerMessage(1041, LogLevel.Warning, "the device {Name} of a released pod is still there: {Message}")]
    public static partial void DeviceNotDeleted(ILogger log, string name, string message);

    [LoggerMessage(1042, LogLevel.Information, "{Name} is down and belongs to no endpoint of this node: a DEL was cut short, the device is deleted")]
    public static partial void DeviceStale(ILogger log, string name);

    [LoggerMessage(1043, LogLevel.Warning, "{Name} is up and belongs to no endpoint of this node: it is left alone; if its pod is gone delete the device")]
    public static partial void DeviceUnknown(ILogger log, string name);
}
