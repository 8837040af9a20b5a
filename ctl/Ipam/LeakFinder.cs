using System.Collections.Immutable;
using Calico.Ipam.Core;
using Calico.Ipam.Core.Collection;
using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Json;
using Calico.Store;

namespace Calico.Ctl.Ipam;

/// <summary>
/// Addresses whose pods are gone, by what Kubernetes says, and the way to take them back: what a node that lives gave out is taken only when its agent
/// says that nothing uses it.
/// </summary>
internal sealed class LeakFinder(IKeyValueStore store, IpamClient ipam, IClusterReader cluster, TimeProvider time)
{
    /// <summary>An agent answers as soon as its watch tells it of the question.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <summary>What looks leaked at this moment; a pod that is being deleted may be among it.</summary>
    /// <param name="snapshot">Read before Kubernetes is asked: whoever held an address then was a pod before.</param>
    public async Task<ImmutableArray<(Holding Holding, LeakReason Reason)>> FindAsync(IpamSnapshot snapshot, CancellationToken cancellationToken)
    {
        var judge = new LeakJudge(snapshot, await cluster.ReadAsync(cancellationToken));
        return
        [
            .. from holding in snapshot.Holdings
               let reason = judge.Judge(holding)
               where reason is not null and not LeakReason.EmptyHandle
               select (holding, reason.Value),
        ];
    }

    /// <summary>Takes one holding back.</summary>
    /// <returns>Null when it was, else why not.</returns>
    public async Task<string?> ReclaimAsync(Holding holding, LeakReason reason, IpamSnapshot snapshot, CancellationToken cancellationToken)
    {
        DateTimeOffset? asked = null;
        if (reason != LeakReason.NodeGone)
        {
            asked = time.GetUtcNow();
            if (await AskAsync(holding, asked.Value, cancellationToken) is { } objection)
            {
                return objection;
            }
        }

        if (!await LeakConfirmation.IsStillTrueAsync(holding, reason, snapshot, cluster, cancellationToken))
        {
            return "Kubernetes has it again";
        }

        try
        {
            await ipam.ReclaimAsync(new ReclaimRequest(holding, asked), cancellationToken);
            return null;
        }
        catch (IpamException e)
        {
            return e.Message;
        }
    }

    /// <summary>Null when the node says that nothing uses it.</summary>
    private async Task<string?> AskAsync(Holding holding, DateTimeOffset asked, CancellationToken cancellationToken)
    {
        var key = EtcdKeys.Inquiry(holding.Node!, holding.Subject);
        await store.TxnAsync(new TxnRequest([], [new StoreOp.Put(key, ModelJson.Write(holding.ToInquiry(asked)))], []), cancellationToken);
        var began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < Patience)
        {
            var answer = (await store.RangeAsync(new RangeRequest(key), cancellationToken)).Single is { } found ? ModelJson.Read<AddressInquiry>(found.Value.Span) : null;
            if (answer?.AskedAt != asked)
            {
                return "calico-controller asks about it, too; leave it to that one";
            }

            if (answer.InUse is { } isUsed)
            {
                return isUsed ? $"node {holding.Node} uses it: {answer.Evidence}" : null;
            }

            await Task.Delay(Look, time, cancellationToken);
        }

        return $"calico-agent of node {holding.Node} did not answer within {Patience.TotalSeconds:0} s, and without its word nothing is taken";
    }
}
