using System.Collections.Immutable;
using Calico.Store;

namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>The store as one actor has it: every call is a step of the run.</summary>
/// <param name="keepsSnapshots">
/// Lists at the revision of an earlier one are answered from what the store held then. The first list then tells the actor the whole store, which is
/// what makes the rest of them no steps of their own.
/// </param>
internal sealed class ActorStore(ActorRun run, StoreMutation mutation, bool keepsSnapshots) : IKeyValueStore
{
    private readonly List<StoreState> _snapshots = [];

    public async Task<RangeResult> RangeAsync(RangeRequest request, CancellationToken cancellationToken)
    {
        if (request.Revision > 0)
        {
            return _snapshots[(int)request.Revision - 1].Range(request, request.Revision).Result;
        }

        var revision = _snapshots.Count + 1L;
        var (found, state) = await run.AskAsync<(RangeResult, StoreState)>(new Call(() => $"list {request.Key}", 0, (world, _) =>
        {
            var (result, digest) = world.Store.Range(request, revision);
            return new Effect(world, (result, world.Store), keepsSnapshots ? world.Store.Hash : digest);
        }) { MayFail = true });
        if (keepsSnapshots)
        {
            _snapshots.Add(state);
        }

        return found;
    }

    public Task<TxnResult> TxnAsync(TxnRequest request, CancellationToken cancellationToken) => run.AskAsync<TxnResult>(
        new Call(() => Describe(request), request.Then.Count(op => op is not StoreOp.Get), (world, most) =>
        {
            var revision = ((run.Index + 1L) << 32) + world.Writes[run.Index] + 1;
            var (after, result, digest) = world.Store.Run(request, revision, mutation.Ignores, most);
            return ReferenceEquals(after, world.Store)
                ? new Effect(world, result, digest)
                : new Effect(world with { Store = after, Writes = world.Writes.SetItem(run.Index, world.Writes[run.Index] + 1) }, result, digest);
        }) { MayFail = true });

    public IAsyncEnumerable<RangeResult> PagesAsync(RangeRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<WatchBatch> WatchAsync(WatchRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> KeepAliveAsync(long lease, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task RevokeLeaseAsync(long lease, CancellationToken cancellationToken) => throw new NotSupportedException();

    private static string Describe(TxnRequest request)
    {
        var writes = request.Then.Where(op => op is not StoreOp.Get).Select(op => $"{(op is StoreOp.Put ? "put" : "delete")} {op.Key}").ToImmutableArray();
        return writes.IsEmpty ? $"read {string.Join(", ", request.Then.Select(op => op.Key))}" : string.Join(", ", writes);
    }
}
