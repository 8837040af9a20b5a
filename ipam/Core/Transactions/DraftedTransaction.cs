using System.Collections.Immutable;
using Calico.Store;

namespace Calico.Ipam.Core.Transactions;

/// <summary>A transaction ready to be sent, and what it means for the view.</summary>
/// <param name="ReliedOn">The compared keys, in the order of the else branch's answers.</param>
/// <param name="Puts">What is written, by key.</param>
/// <param name="Values">The same as objects; null for a key that is deleted.</param>
internal sealed record DraftedTransaction(
    TxnRequest Request,
    ImmutableArray<string> ReliedOn,
    IReadOnlyDictionary<string, byte[]> Puts,
    IReadOnlyDictionary<string, object?> Values)
{
    /// <summary>Brings the view up to date with what the store answered.</summary>
    public void Teach(StoreView view, TxnResult result)
    {
        if (!result.Succeeded)
        {
            for (var i = 0; i < ReliedOn.Length; i++)
            {
                view.Learn(ReliedOn[i], result.Gets[i].KeyValues);
            }

            return;
        }

        foreach (var (key, value) in Values)
        {
            var written = Puts.TryGetValue(key, out var bytes) ? new KeyValue(key, bytes, 0, result.Revision, 0) : null;
            view.Wrote(key, written, value);
        }
    }
}
