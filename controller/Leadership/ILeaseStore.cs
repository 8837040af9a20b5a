namespace Calico.Controller.Leadership;

/// <summary>The one lease, where the replicas meet. Every call has a deadline of its own and throws <see cref="Calico.Store.Kubernetes.KubernetesException"/>.</summary>
internal interface ILeaseStore
{
    /// <summary>Null when there is no lease yet.</summary>
    Task<LeaseRecord?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Writes the lease if it still has <paramref name="version"/> (null: if there is none).</summary>
    /// <returns>As it is stored now; null when somebody else was faster.</returns>
    Task<LeaseRecord?> WriteAsync(LeaseRecord lease, string? version, CancellationToken cancellationToken);
}
