using System.Collections.Immutable;
using Calico.Ipam.Core.Collection;
using Calico.Ipam.Core.Transactions;
using Calico.Model;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Store;

namespace Calico.Ipam.Core;

/// <summary>What the collector of leaked addresses needs. Nothing here uses what the client remembers: every decision rests on fresh reads.</summary>
public sealed partial class IpamClient
{
    /// <summary>Reads everything address management has in the store, at one revision.</summary>
    public async Task<IpamSnapshot> SnapshotAsync(CancellationToken cancellationToken)
    {
        var reader = new SnapshotReader();
        var revision = 0L;
        foreach (var prefix in SnapshotReader.Prefixes)
        {
            var range = await _store.RangeAsync(RangeRequest.Prefix(prefix) with { Revision = revision }, cancellationToken);
            revision = revision == 0 ? range.Revision : revision;
            foreach (var keyValue in range.KeyValues)
            {
                reader.Add(keyValue);
            }
        }

        return reader.Snapshot(revision);
    }

    /// <summary>
    /// Takes back a holding in one transaction: all its addresses, its handle, its endpoints and the question about it. The holding is read anew,
    /// linearizable, and nothing happens unless it is exactly what was seen: same addresses, same sequence numbers, same answer of the node.
    /// </summary>
    /// <returns>The addresses freed.</returns>
    /// <exception cref="IpamException"><see cref="IpamFailure.Differs"/>: it changed, leave it alone; <see cref="IpamFailure.NotReady"/>: the datastore is locked.</exception>
    public async Task<ImmutableArray<IpAddress>> ReclaimAsync(ReclaimRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var holding = request.Holding;
        List<string> keys = [.. holding.Addresses.Select(a => EtcdKeys.Block(a.Block)), .. holding.Endpoints.Select(e => e.Key)];
        if (holding.HandleId is { } handle)
        {
            keys.Add(EtcdKeys.Handle(handle));
        }

        if (holding.Node is { } node)
        {
            keys.Add(EtcdKeys.Inquiry(node, holding.Subject));
        }

        var released = ImmutableArray<IpAddress>.Empty;
        await CommitFreshAsync(
            holding.Node ?? "",
            keys,
            (context, draft) =>
            {
                var plan = new ReclaimPlanner(context, draft, request).Plan();
                released = plan ?? [];
                return plan is not null;
            },
            cancellationToken);
        return released;
    }

    /// <summary>Takes a block from a node: if it is empty it goes, else it stays without owner. The affinity goes in either case.</summary>
    /// <param name="sequence">The block's sequence number when it was looked at, for a node that lives; null for one that left the cluster.</param>
    /// <exception cref="IpamException"><see cref="IpamFailure.Differs"/>: the block was written since.</exception>
    public Task ReleaseBlockAsync(string node, Cidr block, ulong? sequence, CancellationToken cancellationToken) => CommitFreshAsync(
        node,
        [EtcdKeys.Block(block), EtcdKeys.Affinity(node, block)],
        (context, draft) => new BlockReleasePlanner(context, draft, node, block, sequence).Plan(),
        cancellationToken);

    /// <summary>Plans on a fresh read and commits; a conflict is planned again on what the transaction's answer says.</summary>
    private async Task CommitFreshAsync(
        string node, IReadOnlyList<string> keys, Func<PlanContext, Draft, bool> plan, CancellationToken cancellationToken)
    {
        var view = new StoreView(node);
        await ReadAsync(view, [EtcdKeys.IpamConfig, EtcdKeys.Resource(ResourceKind.ClusterInformation, "default"), .. keys.Distinct()], cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            var draft = new Draft(view);
            while (!plan(new PlanContext(view, _time.GetUtcNow()), draft))
            {
                await ReadAsync(view, [.. draft.Wanted.Keys], cancellationToken);
                draft = new Draft(view);
            }

            var transaction = draft.ToTransaction();
            if (transaction.Request.Then.Count == 0)
            {
                return;
            }

            var result = await _store.TxnAsync(transaction.Request, cancellationToken);
            if (result.Succeeded)
            {
                return;
            }

            if (attempt >= _options.MaxTries)
            {
                throw new IpamException(IpamFailure.Contended, $"{attempt} transactions were overtaken by other writers", "try again");
            }

            transaction.Teach(view, result);
            await PauseAsync(attempt, cancellationToken);
        }
    }

    private async Task ReadAsync(StoreView view, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        foreach (var chunk in keys.Chunk(TxnRequest.MaxOperations))
        {
            await ReadAsync(view, [.. chunk.Select(key => new StoreOp.Get(key))], cancellationToken);
        }
    }
}
