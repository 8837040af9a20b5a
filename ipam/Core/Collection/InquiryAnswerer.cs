using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Json;
using Calico.Store;
using Calico.Store.Sync;
using Microsoft.Extensions.Logging;

namespace Calico.Ipam.Core.Collection;

/// <summary>
/// The owning node's say when its addresses look leaked: answers the collector's questions by what the node itself sees. Without an answer nothing
/// is taken from a node that lives.
/// </summary>
/// <param name="look">What the node sees of the addresses and interfaces in question: evidence that one is in use, or null. May throw: then it is asked again.</param>
public sealed class InquiryAnswerer(IKeyValueStore store, string node, Func<AddressInquiry, string?> look, ILogger log, TimeProvider time)
{
    /// <summary>Answers until the token is cancelled; never ends on trouble with the store.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var change in new Syncer(store, EtcdKeys.InquiriesOf(node), log, time).RunAsync(cancellationToken))
        {
            if (change is StoreEvent.Set { KeyValue: var keyValue })
            {
                await AnswerAsync(keyValue, cancellationToken);
            }
        }
    }

    private async Task AnswerAsync(KeyValue keyValue, CancellationToken cancellationToken)
    {
        try
        {
            var inquiry = ModelJson.Read<AddressInquiry>(keyValue.Value.Span);
            if (inquiry.InUse is not null)
            {
                return;
            }

            var evidence = look(inquiry);
            var answer = inquiry with { InUse = evidence is not null, Evidence = evidence, AnsweredAt = time.GetUtcNow() };
            await store.TxnAsync(new TxnRequest([Compare.Unchanged(keyValue)], [new StoreOp.Put(keyValue.Key, ModelJson.Write(answer))], []), cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever it is, without an answer the addresses are kept, and the collector asks again.
            CollectionLog.NoAnswer(log, keyValue.Key, e.Message);
        }
    }
}
