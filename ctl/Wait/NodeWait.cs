using System.Text.Json;
using Calico.Model;
using Calico.Model.Json;
using Calico.Model.Resources;
using Calico.Model.Waiting;
using Calico.Store;

namespace Calico.Ctl.Wait;

/// <summary>Asks all nodes by a key of the datastore, under a lease, and takes in what they answer.</summary>
internal sealed class NodeWait(IKeyValueStore store, TimeProvider time)
{
    /// <summary>How much longer than the wait the question and the answers stay if nobody takes them away.</summary>
    private static readonly TimeSpan Spare = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan CleanUp = TimeSpan.FromSeconds(2);

    /// <summary>Every node of the datastore.</summary>
    public async Task<IReadOnlyList<string>> NodesAsync(CancellationToken cancellationToken)
    {
        var range = await store.RangeAsync(RangeRequest.Prefix(EtcdKeys.Prefix(ResourceKind.Node)) with { KeysOnly = true }, cancellationToken);
        return [.. range.KeyValues.Select(node => EtcdKeys.TryParseResource(ResourceKind.Node, node.Key, out _, out var name) ? name : null).OfType<string>()];
    }

    /// <summary>Completes when all have answered that they are done, or the time is over: <paramref name="state"/> says which.</summary>
    public async Task AskAsync(WaitTarget target, WaitState state, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var lease = await store.GrantLeaseAsync(TimeSpan.FromSeconds(Math.Ceiling((timeout + Spare).TotalSeconds)), cancellationToken);
        using var over = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            var id = Guid.NewGuid().ToString("N");
            var question = new ProgressQuestion { Revision = target.Revision, Subject = target.Subject, Lease = lease };
            var asked = await store.TxnAsync(new TxnRequest([], [new StoreOp.Put(EtcdKeys.Question(id), ModelJson.Write(question), lease)], []), either.Token);
            await foreach (var batch in store.WatchAsync(new WatchRequest(EtcdKeys.AnswersTo(id), asked.Revision), either.Token))
            {
                foreach (var answer in batch.Events)
                {
                    Take(answer, id, state);
                }

                if (state.IsComplete)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Who has not answered by now is named.
        }
        finally
        {
            await EndAsync(lease);
        }
    }

    private static void Take(WatchEvent change, string id, WaitState state)
    {
        if (change.After is not { } keyValue || !EtcdKeys.TryParseAnswer(keyValue.Key, id, out var node))
        {
            return;
        }

        try
        {
            state.Add(node, ModelJson.Read<ProgressAnswer>(keyValue.Value.Span));
        }
        catch (JsonException e)
        {
            state.Add(node, new ProgressAnswer { Problems = [$"its answer cannot be read: {e.Message}"] });
        }
    }

    // The lease takes the question and all answers with it; if that fails it ends by itself.
    private async Task EndAsync(long lease)
    {
        using var deadline = new CancellationTokenSource(CleanUp, time);
        try
        {
            await store.RevokeLeaseAsync(lease, deadline.Token);
        }
        catch (Exception e) when (e is StoreException or OperationCanceledException)
        {
            // It ends by itself.
        }
    }
}
