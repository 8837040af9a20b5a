namespace Calico.Agent.Kubernetes;

/// <summary>What is known about a daemon set.</summary>
internal enum DaemonSetSight
{
    /// <summary>Nothing, or that there never was one while we looked.</summary>
    Unknown,

    /// <summary>It is there and is to stay.</summary>
    Present,

    /// <summary>It was there, and is deleted or about to be.</summary>
    Gone,
}
