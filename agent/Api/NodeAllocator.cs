using System.Threading.Channels;
using Calico.Ipam.Core;
using Calico.Store;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Api;

/// <summary>Commits a batch of requests (<see cref="IpamClient.CommitAsync"/>): one outcome per request, in order.</summary>
public delegate Task<IReadOnlyList<IpamOutcome>> BatchRunner(IReadOnlyList<IpamRequest> batch, CancellationToken cancellationToken);

/// <summary>
/// The node's one writer: a loop takes everything that waits and has it committed together, so that callers who come at once share a
/// transaction instead of contending for the same block. What comes while a batch is under way makes up the next one.
/// </summary>
/// <param name="direct">Does what needs no batch.</param>
/// <param name="runBatch">Commits a batch.</param>
public sealed class NodeAllocator(IEndpointAllocator direct, BatchRunner runBatch, ILogger log) : IEndpointAllocator
{
    /// <summary>About what fits into one transaction of etcd; more would make the first wait for the last.</summary>
    internal const int MaxBatch = 60;

    private const int MaxWaiting = 4096;

    private readonly Channel<WaitingRequest> _waiting = Channel.CreateBounded<WaitingRequest>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    /// <summary>Commits what waits until it is cancelled. A batch that is under way then is not given up; what still waits is.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(cancellationToken))
            {
                if (TakeBatch() is { Count: > 0 } batch)
                {
                    await RunBatchAsync(batch);
                }
            }
        }
        finally
        {
            _waiting.Writer.TryComplete();
            while (_waiting.Reader.TryRead(out var left))
            {
                left.Cancel();
            }
        }
    }

    public async Task<Assignment> AssignAsync(AssignRequest request, CancellationToken cancellationToken) =>
        (await EnqueueAsync(request, cancellationToken)).Assignment!;

    public async Task<ReleaseResult> ReleaseAsync(ReleaseRequest request, CancellationToken cancellationToken) =>
        (await EnqueueAsync(request, cancellationToken)).Release!;

    public Task CheckAsync(CheckRequest request, CancellationToken cancellationToken) => direct.CheckAsync(request, cancellationToken);

    public Task<CollectResult> CollectAsync(CollectRequest request, CancellationToken cancellationToken) =>
        direct.CollectAsync(request, cancellationToken);

    public Task CheckReadyAsync(ReadyRequest request, CancellationToken cancellationToken) => direct.CheckReadyAsync(request, cancellationToken);

    private async Task<IpamOutcome> EnqueueAsync(IpamRequest request, CancellationToken cancellationToken)
    {
        var waiting = new WaitingRequest(request);
        try
        {
            await _waiting.Writer.WriteAsync(waiting, cancellationToken);
        }
        catch (ChannelClosedException e)
        {
            throw new OperationCanceledException("the agent stops", e);
        }

        // Once its batch is begun a request is waited for: given up it might still be committed, and nobody would know.
        await using var _ = cancellationToken.Register(waiting.Cancel);
        var outcome = await waiting.Outcome;
        return outcome.Error is { } error ? throw error : outcome;
    }

    /// <summary>What waits, in order of arrival.</summary>
    private List<WaitingRequest> TakeBatch()
    {
        var batch = new List<WaitingRequest>();
        while (batch.Count < MaxBatch && _waiting.Reader.TryRead(out var next))
        {
            if (next.TryBegin())
            {
                batch.Add(next);
            }
        }

        return batch;
    }

    private async Task RunBatchAsync(List<WaitingRequest> batch)
    {
        try
        {
            var outcomes = await runBatch([.. batch.Select(w => w.Request)], CancellationToken.None);
            for (var i = 0; i < batch.Count; i++)
            {
                batch[i].Complete(outcomes[i]);
            }
        }
        catch (Exception e) when (batch.Count == 1 || e is IpamException or StoreException { IsUnavailable: true })
        {
            // With the store away or contended, trying one by one would only make everybody wait once more, one after the other.
            foreach (var waiting in batch)
            {
                waiting.Fail(e);
            }
        }
        catch (Exception e)
        {
            // One request must not fail its neighbours.
            log.BatchFailed(e, batch.Count);
            foreach (var waiting in batch)
            {
                await RunBatchAsync([waiting]);
            }
        }
    }
}
