using System.Net;
using Calico.Controller.Reconciling;
using Calico.Store.Etcd;
using Microsoft.Extensions.Logging;

namespace Calico.Controller.Options;

/// <summary>What <c>calico-controller run</c> was told, checked as a whole.</summary>
internal sealed record ControllerOptions
{
    public required EtcdOptions Etcd { get; init; }

    /// <summary>Empty: as a pod of the cluster.</summary>
    public required string Kubeconfig { get; init; }

    public required IReadOnlyList<ReconcilerKind> Reconcilers { get; init; }

    public required TimeSpan Period { get; init; }

    /// <summary>How long an address must look leaked before it is taken back.</summary>
    public required TimeSpan LeakGrace { get; init; }

    public required bool ElectsLeader { get; init; }

    /// <summary>Where the lease is.</summary>
    public required string Namespace { get; init; }

    /// <summary>Null when health is not served.</summary>
    public required IPEndPoint? Health { get; init; }

    /// <summary>Null when metrics are not served.</summary>
    public required IPEndPoint? Metrics { get; init; }

    public required LogLevel LogLevel { get; init; }
}
