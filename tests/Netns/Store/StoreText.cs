using System.Text;
using Calico.Store;
using Calico.Store.Etcd;

namespace Calico.Tests.Netns.Store;

/// <summary>Values as text, and one-operation transactions.</summary>
internal static class StoreText
{
    public static string Text(this KeyValue keyValue) => Encoding.UTF8.GetString(keyValue.Value.Span);

    public static StoreOp Put(string key, string value, long lease = 0) => new StoreOp.Put(key, Encoding.UTF8.GetBytes(value), lease);

    public static Task<TxnResult> PutAsync(this IKeyValueStore store, string key, string value, long lease = 0) =>
        store.TxnAsync(new TxnRequest([], [Put(key, value, lease)], []), CancellationToken.None);

    public static Task<TxnResult> DeleteAsync(this IKeyValueStore store, string key) =>
        store.TxnAsync(new TxnRequest([], [new StoreOp.Delete(key)], []), CancellationToken.None);

    public static async Task<KeyValue?> GetAsync(this IKeyValueStore store, string key) =>
        (await store.RangeAsync(new RangeRequest(key), CancellationToken.None)).Single;

    public static EtcdClient Client(params Uri[] endpoints) => new(new EtcdOptions { Endpoints = endpoints });
}
