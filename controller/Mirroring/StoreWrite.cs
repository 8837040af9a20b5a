using Calico.Store;

namespace Calico.Controller.Mirroring;

/// <summary>One guarded change of one key of etcd.</summary>
/// <param name="Value">Null deletes the key.</param>
/// <param name="ModRevision">The revision that the change was decided on; 0: there was no such key.</param>
internal sealed record StoreWrite(string Key, byte[]? Value, long ModRevision)
{
    /// <summary>Nothing happens, and the value of now comes back, when the key has moved on.</summary>
    public TxnRequest ToTransaction() => new(
        [new Compare(Key, ModRevision)],
        [Value is null ? new StoreOp.Delete(Key) : new StoreOp.Put(Key, Value)],
        [new StoreOp.Get(Key)]);

    public override string ToString() => $"{(Value is null ? "delete" : ModRevision == 0 ? "create" : "update")} {Key}";
}
