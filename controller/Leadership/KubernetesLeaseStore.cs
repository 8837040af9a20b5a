using Calico.Model.Kubernetes;
using Calico.Store.Kubernetes;

namespace Calico.Controller.Leadership;

/// <summary>The lease as an object of coordination.k8s.io.</summary>
internal sealed class KubernetesLeaseStore(IKubernetesApi api, string @namespace, string name) : ILeaseStore
{
    // Of a lease that names none, as other programs may have made it.
    private const int DefaultSeconds = 15;

    // As it was read last: labels and annotations are others' and stay.
    private KubernetesMetadata _metadata = new() { Namespace = @namespace, Name = name };

    public async Task<LeaseRecord?> ReadAsync(CancellationToken cancellationToken) =>
        await api.ReadAsync(KubernetesKinds.Leases, @namespace, name, cancellationToken) is { } lease ? RecordOf(lease) : null;

    public async Task<LeaseRecord?> WriteAsync(LeaseRecord lease, string? version, CancellationToken cancellationToken)
    {
        var resource = new Lease
        {
            Metadata = version is null ? new KubernetesMetadata { Namespace = @namespace, Name = name } : _metadata with { ResourceVersion = version },
            Spec = new LeaseSpec
            {
                HolderIdentity = lease.Holder,
                LeaseDurationSeconds = (int)lease.Duration.TotalSeconds,
                AcquireTime = lease.AcquiredAt,
                RenewTime = lease.RenewedAt,
                LeaseTransitions = lease.Transitions,
            },
        };
        try
        {
            return RecordOf(version is null
                ? await api.CreateAsync(KubernetesKinds.Leases, resource, cancellationToken)
                : await api.ReplaceAsync(KubernetesKinds.Leases, resource, cancellationToken));
        }
        catch (KubernetesException e) when (e.IsConflict || e.IsAlreadyExists || e.IsNotFound)
        {
            return null;
        }
    }

    private LeaseRecord RecordOf(Lease lease)
    {
        _metadata = lease.Metadata;
        return new LeaseRecord(
            lease.Spec.HolderIdentity ?? "",
            TimeSpan.FromSeconds(lease.Spec.LeaseDurationSeconds ?? DefaultSeconds),
            lease.Spec.AcquireTime,
            lease.Spec.RenewTime,
            lease.Spec.LeaseTransitions ?? 0,
            lease.Metadata.ResourceVersion);
    }
}
