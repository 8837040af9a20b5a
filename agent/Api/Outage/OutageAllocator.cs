using Calico.Ipam.Core;
using Calico.Store;

namespace Calico.Agent.Api.Outage;

/// <summary>
/// In front of the node's allocator: serves ADD and DEL out of the reserve and the journal when the store does not answer, and answers for what the
/// store does not know yet. With a store that answers it adds nothing to a call.
/// </summary>
public sealed class OutageAllocator(IEndpointAllocator store, OutageState state, OutageOptions options, TimeProvider time) : IEndpointAllocator
{
    public async Task<Assignment> AssignAsync(AssignRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (state.Find(request.Identity) is { } entry)
        {
            return entry.IsAdd ? entry.Assignment : state.Assign(request) ?? throw Untold(entry);
        }

        if (state.Replaced(request.Identity, request.Node) is { } replaced)
        {
            state.Release(replaced.Identity, replaced.Node);
        }

        if (!state.CanAssign(request))
        {
            return await store.AssignAsync(request, cancellationToken);
        }

        return await FromStoreAsync(token => store.AssignAsync(request, token), cancellationToken)
            ?? state.Assign(request)
            ?? await store.AssignAsync(request, cancellationToken);
    }

    public async Task<ReleaseResult> ReleaseAsync(ReleaseRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (state.Find(request.Identity) is null)
        {
            if (!state.IsEnabled)
            {
                return await store.ReleaseAsync(request, cancellationToken);
            }

            if (await FromStoreAsync(token => store.ReleaseAsync(request, token), cancellationToken) is { } released)
            {
                return released;
            }
        }

        return state.Release(request.Identity, request.Node);
    }

    public Task CheckAsync(CheckRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (state.Find(request.Identity) is not { } entry)
        {
            return store.CheckAsync(request, cancellationToken);
        }

        var missing = request.Addresses.Where(address => !entry.Addresses.Contains(address)).ToList();
        return missing.Count == 0 && entry.IsAdd
            ? Task.CompletedTask
            : throw new IpamException(IpamFailure.Differs, $"the last call that was served without the store is the {entry}; it gave no {string.Join(", ", missing)}");
    }

    public async Task<CollectResult> CollectAsync(CollectRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        foreach (var (entry, _) in state.Pending(evenStuck: true))
        {
            var isValid = request.Valid.Any(valid => valid.ContainerId == entry.Identity.ContainerId && valid.Interface == entry.Identity.Interface);
            if (entry.IsAdd && entry.Identity.Network == request.Network && !isValid)
            {
                state.Release(entry.Identity, entry.Node);
            }
        }

        return await store.CollectAsync(request, cancellationToken);
    }

    public async Task CheckReadyAsync(ReadyRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!state.HasFree(request.Families))
        {
            await store.CheckReadyAsync(request, cancellationToken);
            return;
        }

        // Without an answer the reserve will do.
        await FromStoreAsync(
            async token =>
            {
                await store.CheckReadyAsync(request, token);
                return request;
            },
            cancellationToken);
    }

    private static IpamException Untold(JournalEntry entry) =>
        new(IpamFailure.NotReady, $"the store has yet to be told of the {entry}, and the node's reserve has no address left for a new ADD", "try again when etcd is back");

    /// <summary>Asks the store, unless it is known to be away. Null when it did not answer in time; what it was asked may still happen.</summary>
    private async Task<T?> FromStoreAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        if (state.IsAway)
        {
            return null;
        }

        // What still waits in the queue is given up with its token; what is begun goes on, and the journal has the last word.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = ask(patience.Token);
        try
        {
            return await asked.WaitAsync(options.Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            _ = asked.ContinueWith(late => late.Exception, TaskScheduler.Default);
            await patience.CancelAsync();
        }
        catch (StoreException e) when (e.IsUnavailable)
        {
            // Without the store, then.
        }

        state.Leave();
        return null;
    }
}
