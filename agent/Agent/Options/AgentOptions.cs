using System.Net;
using Calico.Agent.Dataplane;
using Calico.Agent.Install;
using Calico.Agent.Routing;
using Calico.Cni.Protocol;
using Calico.Model.Resources;
using Calico.Store.Etcd;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Options;

/// <summary>What <c>calico-agent run</c> was told, checked as a whole.</summary>
internal sealed record AgentOptions
{
    public required EtcdOptions Etcd { get; init; }

    public required bool WaitForDatastore { get; init; }

    public required string NodeName { get; init; }

    public required AddressChoice IPv4 { get; init; }

    public required AddressChoice IPv6 { get; init; }

    /// <summary>Null leaves the node with the cluster's.</summary>
    public required AsNumber? AsNumber { get; init; }

    public required string? RouterId { get; init; }

    public required bool RunsBird { get; init; }

    /// <summary>Null when no pool is to be made.</summary>
    public required PoolOptions? Pool4 { get; init; }

    public required PoolOptions? Pool6 { get; init; }

    public required string RunDirectory { get; init; }

    public required string Socket { get; init; }

    public required string NodeNameFile { get; init; }

    public required string MtuFile { get; init; }

    public required BirdPaths Bird { get; init; }

    public required IReadOnlyList<string> InterfacePrefixes { get; init; }

    /// <summary>Null when policy is not enforced.</summary>
    public required DataplaneOptions? Dataplane { get; init; }

    public required LogLevel LogLevel { get; init; }

    /// <summary>Null when health is not served.</summary>
    public required IPEndPoint? Health { get; init; }

    /// <summary>Where figures are served besides the health server; null: nowhere.</summary>
    public required IPEndPoint? Metrics { get; init; }

    public required bool SetsUpIPv6 { get; init; }

    public required string MtuPattern { get; init; }

    /// <summary>Null when no API is asked.</summary>
    public required KubernetesOptions? Kubernetes { get; init; }

    /// <summary>Null when the host's CNI files are no concern of this agent.</summary>
    public required CniOptions? Cni { get; init; }

    /// <summary>FELIX_ variables that mean nothing to this version.</summary>
    public required IReadOnlyList<string> UnknownVariables { get; init; }

    public required string LibraryDirectory { get; init; }

    /// <summary>Addresses of each family that the node holds for outages of etcd; 0: none, and nothing is done without etcd.</summary>
    public required int Reserve { get; init; }

    /// <summary>Beside the file with the node's name, which is how calico-ipam finds it.</summary>
    public string JournalFile => CallJournal.Beside(NodeNameFile);

    public string PriorSettingsFile => PriorSettingsFileIn(LibraryDirectory);

    public string StatusFile => Status.StatusFile.In(RunDirectory);

    /// <summary>The kernel settings as they were before the first agent of this host changed them.</summary>
    public static string PriorSettingsFileIn(string libraryDirectory) => Path.Combine(libraryDirectory, "prior-settings.json");
}
