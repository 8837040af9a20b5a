namespace Calico.Ipam.Core;

/// <summary>
/// Gives and takes addresses, each call with everything that belongs to it (block, handle, affinity, endpoint) in one transaction.
/// Two implementations: <see cref="IpamClient"/> itself, and the agent's queue that turns what waits into one batch.
/// </summary>
/// <remarks>All methods throw <see cref="IpamException"/> for what the caller can act on and <c>StoreException</c> when the store does not answer.</remarks>
public interface IEndpointAllocator
{
    /// <summary>Gives an interface its addresses. The same container and interface get the same addresses again.</summary>
    Task<Assignment> AssignAsync(AssignRequest request, CancellationToken cancellationToken);

    /// <summary>Takes back what an interface holds. Nothing held is a success.</summary>
    Task<ReleaseResult> ReleaseAsync(ReleaseRequest request, CancellationToken cancellationToken);

    /// <summary>Compares the store with what an ADD returned; throws the first difference as <see cref="IpamFailure.Differs"/>.</summary>
    Task CheckAsync(CheckRequest request, CancellationToken cancellationToken);

    /// <summary>Releases what this node holds for a network and is not in the list of valid attachments. Goes on after single failures.</summary>
    Task<CollectResult> CollectAsync(CollectRequest request, CancellationToken cancellationToken);

    /// <summary>Throws unless an address of each wanted family can be had now.</summary>
    Task CheckReadyAsync(ReadyRequest request, CancellationToken cancellationToken);
}
