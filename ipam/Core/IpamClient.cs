using System.Collections.Immutable;
using Calico.Ipam.Core.Transactions;
using Calico.Model;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Store;

namespace Calico.Ipam.Core;

/// <summary>
/// The allocator on the store. Plans a batch on what it believes the store to hold, commits it in one transaction that compares everything
/// relied on, and on a conflict learns from the transaction's own answer and plans again. Safe for concurrent callers, who take turns.
/// </summary>
/// <remarks>
/// A fresh client needs two or three round trips for an ADD, one that has served this node before needs one. Who watches the store calls
/// <see cref="Invalidate"/> when a pool, a reservation or an affinity of this node changes; a missed call costs a retry, never a wrong address.
/// </remarks>
public sealed partial class IpamClient : IEndpointAllocator, IDisposable
{
    private readonly IKeyValueStore _store;
    private readonly IpamOptions _options;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private StoreView _view = new("");
    private volatile bool _invalid;
    private long _endpointRevision;

    public IpamClient(IKeyValueStore store, IpamOptions? options = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _options = options ?? new IpamOptions();
        _time = time ?? TimeProvider.System;
    }

    /// <summary>The store's revision at which the last of the endpoints that were given addresses was written; whoever follows the store will see it.</summary>
    public long EndpointRevision => Interlocked.Read(ref _endpointRevision);

    /// <summary>Forget what is believed about the store; the next batch reads it again.</summary>
    public void Invalidate() => _invalid = true;

    public async Task<Assignment> AssignAsync(AssignRequest request, CancellationToken cancellationToken)
    {
        var outcomes = await CommitAsync([request], cancellationToken);
        return outcomes[0].Assignment ?? throw outcomes[0].Error!;
    }

    public async Task<ReleaseResult> ReleaseAsync(ReleaseRequest request, CancellationToken cancellationToken)
    {
        var outcomes = await CommitAsync([request], cancellationToken);
        return outcomes[0].Release ?? throw outcomes[0].Error!;
    }

    /// <summary>
    /// Carries out requests of one node in as few transactions as etcd allows (about 60 requests in each). A request that fails does not
    /// stop the others.
    /// </summary>
    /// <returns>One outcome per request, in order.</returns>
    /// <exception cref="StoreException">The store does not answer. Whether the last transaction happened is unknown; the same batch may be sent again.</exception>
    public async Task<IReadOnlyList<IpamOutcome>> CommitAsync(IReadOnlyList<IpamRequest> requests, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(requests);
        using var deadline = new CancellationTokenSource(_options.Deadline, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await _turn.WaitAsync(both.Token);
            try
            {
                using var turn = _options.Turn is { } others ? await others.TakeAsync(both.Token) : null;
                return await CommitAllAsync(requests, both.Token);
            }
            finally
            {
                _view.ForgetForeignBlocks();
                _turn.Release();
            }
        }
        catch (OperationCanceledException e) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new IpamException(
                IpamFailure.Contended, $"the transaction was not committed within {_options.Deadline.TotalSeconds:0} s", "the store is slow or contended: try again", e);
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<List<IpamOutcome>> CommitAllAsync(IReadOnlyList<IpamRequest> requests, CancellationToken cancellationToken)
    {
        var outcomes = new List<IpamOutcome>(requests.Count);
        while (outcomes.Count < requests.Count)
        {
            outcomes.AddRange(await CommitSomeAsync([.. requests.Skip(outcomes.Count)], cancellationToken));
        }

        return outcomes;
    }

    /// <summary>Commits one transaction, with as many of the requests as fit.</summary>
    private async Task<IReadOnlyList<IpamOutcome>> CommitSomeAsync(ImmutableArray<IpamRequest> requests, CancellationToken cancellationToken)
    {
        var isFresh = await EnsureViewAsync(requests, cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            var plan = await PlanAsync(requests, cancellationToken);
            if (!isFresh && plan.Outcomes.Any(o => o.Error is not null))
            {
                // A refusal must not rest on old lists: a pool may have come since.
                _invalid = true;
                isFresh = await EnsureViewAsync(requests, cancellationToken);
                continue;
            }

            var transaction = plan.Draft.ToTransaction();
            var guesses = plan.Draft.Guesses.ToList();
            var result = await TryCommitAsync(transaction, attempt, cancellationToken);
            if (result is { Succeeded: true })
            {
                return Committed(requests, plan.Outcomes, result.Revision);
            }

            if (attempt >= _options.MaxTries)
            {
                throw new IpamException(IpamFailure.Contended, $"{attempt} transactions were overtaken by other writers", "try again");
            }

            await LearnFromGuessesAsync(guesses, cancellationToken);
            await PauseAsync(attempt, cancellationToken);
        }
    }

    /// <summary>The outcomes with the revisions at which they are stored.</summary>
    private List<IpamOutcome> Committed(ImmutableArray<IpamRequest> requests, IReadOnlyList<IpamOutcome> outcomes, long revision)
    {
        var (committed, latest) = (new List<IpamOutcome>(outcomes.Count), _endpointRevision);
        for (var i = 0; i < outcomes.Count; i++)
        {
            var written = outcomes[i].Error is null ? _view.ModRevision(requests[i].EndpointKey) : 0;
            committed.Add(outcomes[i].Error is null ? outcomes[i] with { Revision = written > 0 ? written : revision } : outcomes[i]);
            latest = requests[i] is AssignRequest { WritesEndpoint: true } ? Math.Max(latest, written) : latest;
        }

        Interlocked.Exchange(ref _endpointRevision, latest);
        return committed;
    }

    private async Task<BatchPlan> PlanAsync(ImmutableArray<IpamRequest> requests, CancellationToken cancellationToken)
    {
        while (true)
        {
            var plan = BatchPlanner.Plan(_view, requests, _time.GetUtcNow());
            if (plan.Draft.Wanted.IsEmpty)
            {
                return plan;
            }

            await ReadAsync(plan.Draft.Wanted.Keys, cancellationToken);
            foreach (var family in plan.Draft.Wanted.AllBlocks)
            {
                await ReadAllBlocksAsync(family, cancellationToken);
            }
        }
    }

    /// <summary>Null when the answer was lost: the next try's compares find out whether the transaction happened.</summary>
    private async Task<TxnResult?> TryCommitAsync(DraftedTransaction transaction, int attempt, CancellationToken cancellationToken)
    {
        const int MostLostAnswers = 3;
        try
        {
            var result = await _store.TxnAsync(transaction.Request, cancellationToken);
            transaction.Teach(_view, result);
            return result;
        }
        catch (StoreException e) when (e.IsUnavailable && attempt < MostLostAnswers)
        {
            return null;
        }
    }

    /// <summary>When a block believed free turns out to exist, its neighbours are not guessed at one by one.</summary>
    private async Task LearnFromGuessesAsync(List<string> guesses, CancellationToken cancellationToken)
    {
        foreach (var key in guesses)
        {
            if (EtcdKeys.TryParseBlock(key, out var block) && _view.ModRevision(key) > 0 && !_view.KnowsAllBlocks(block.Family))
            {
                await ReadAllBlocksAsync(block.Family, cancellationToken);
            }
        }
    }

    /// <summary>Returns whether the lists were read just now.</summary>
    private async Task<bool> EnsureViewAsync(ImmutableArray<IpamRequest> requests, CancellationToken cancellationToken)
    {
        var node = requests[0].Node;
        if (_view.HasLists && _view.Node == node && !_invalid)
        {
            return false;
        }

        _invalid = false;
        _view = await LoadViewAsync(node, requests.SelectMany(KeysOf), cancellationToken);
        return true;
    }

    /// <summary>Everything an ADD on a node may depend on except blocks, in one round trip.</summary>
    private async Task<StoreView> LoadViewAsync(string node, IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        var view = new StoreView(node);
        var reads = ImmutableArray.CreateBuilder<StoreOp>();
        reads.AddRange(StoreView.ListOperations(node));
        reads.Add(new StoreOp.Get(EtcdKeys.IpamConfig));
        reads.Add(new StoreOp.Get(EtcdKeys.Resource(ResourceKind.ClusterInformation, "default")));
        reads.Add(new StoreOp.Get(EtcdKeys.Resource(ResourceKind.Node, node)));
        foreach (var key in keys.Distinct().Take(TxnRequest.MaxOperations - reads.Count))
        {
            reads.Add(new StoreOp.Get(key));
        }

        await ReadAsync(view, reads.ToImmutable(), cancellationToken);
        view.ListsLoaded();
        return view;
    }

    private static IEnumerable<string> KeysOf(IpamRequest request)
    {
        var identity = request.Identity;
        yield return EtcdKeys.Handle(identity.HandleId);
        yield return request.EndpointKey;
        if (!identity.IsKubernetes)
        {
            yield return EtcdKeys.Resource(ResourceKind.Profile, identity.Network);
        }
    }

    private async Task ReadAsync(IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        foreach (var chunk in keys.Chunk(TxnRequest.MaxOperations))
        {
            await ReadAsync(_view, [.. chunk.Select(key => new StoreOp.Get(key))], cancellationToken);
        }
    }

    /// <summary>One transaction of reads, so that all answers are of one moment.</summary>
    private async Task ReadAsync(StoreView view, ImmutableArray<StoreOp> reads, CancellationToken cancellationToken)
    {
        var result = await _store.TxnAsync(new TxnRequest([], reads, []), cancellationToken);
        for (var i = 0; i < reads.Length; i++)
        {
            view.Learn(reads[i].Key, result.Gets[i].KeyValues);
        }
    }

    private async Task ReadAllBlocksAsync(IpFamily family, CancellationToken cancellationToken)
    {
        var prefix = EtcdKeys.BlocksOf(family);
        var blocks = await _store.RangeAsync(RangeRequest.Prefix(prefix), cancellationToken);
        _view.Learn(prefix, blocks.KeyValues);
        _view.AllBlocksKnown(family);
    }

    private Task PauseAsync(int attempt, CancellationToken cancellationToken)
    {
        if (attempt == 1)
        {
            return Task.CompletedTask;
        }

        var most = Math.Min(_options.MaxPause.TotalMilliseconds, Math.Pow(2, attempt));
        return Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * most), _time, cancellationToken);
    }
}
