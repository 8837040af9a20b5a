using Calico.Store;

namespace Calico.Tests.Fakes;

/// <summary>What etcd refuses before it runs a transaction (server/etcdserver/api/v3rpc/key.go, rules observable from outside).</summary>
internal static class TxnRules
{
    /// <exception cref="StoreException">Too many operations, a key written twice in one branch, or an empty key.</exception>
    public static void Check(TxnRequest request)
    {
        if (new[] { request.Compares.Count, request.Then.Count, request.Else.Count }.Max() > TxnRequest.MaxOperations)
        {
            throw new StoreException("etcdserver: too many operations in txn request");
        }

        if (request.Compares.Any(c => c.Key.Length == 0) || request.Then.Concat(request.Else).Any(o => o.Key.Length == 0))
        {
            throw new StoreException("etcdserver: key is not provided");
        }

        CheckBranch(request.Then);
        CheckBranch(request.Else);
    }

    private static void CheckBranch(IReadOnlyList<StoreOp> branch)
    {
        var puts = new HashSet<string>(StringComparer.Ordinal);
        foreach (var put in branch.OfType<StoreOp.Put>())
        {
            var deleted = branch.OfType<StoreOp.Delete>()
                .Any(d => d.IsPrefix ? put.Key.StartsWith(d.Key, StringComparison.Ordinal) : put.Key == d.Key);
            if (!puts.Add(put.Key) || deleted)
            {
                throw new StoreException($"etcdserver: duplicate key given in txn request ({put.Key})");
            }
        }
    }
}
