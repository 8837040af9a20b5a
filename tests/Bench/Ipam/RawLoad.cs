using Calico.Store;
using Calico.Store.Etcd;

namespace Calico.Tests.Bench.Ipam;

/// <summary>What an etcd can commit: transactions with one condition that write one value of an endpoint's size, each under a key of its own, so that none fails.</summary>
internal static class RawLoad
{
    private const int ValueSize = 600;

    public static async Task<LoadResult> RunAsync(Uri endpoint, int callers, int count, CancellationToken cancellationToken)
    {
        await using var store = new EtcdClient(new EtcdOptions { Endpoints = [endpoint] });
        var value = new byte[ValueSize];
        var run = Guid.NewGuid();
        await store.RangeAsync(new RangeRequest("/raw/"), cancellationToken);
        return await Crowd.RunWarmAsync(callers, count, async number =>
        {
            var key = $"/raw/{run}/{number}";
            var result = await store.TxnAsync(new TxnRequest([Compare.Absent(key)], [new StoreOp.Put(key, value)], [new StoreOp.Get(key)]), cancellationToken);
            if (!result.Succeeded)
            {
                throw new InvalidOperationException($"{key} was there already");
            }
        });
    }
}
