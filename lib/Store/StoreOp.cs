namespace Calico.Store;

/// <summary>One operation inside a transaction.</summary>
public abstract record StoreOp(string Key)
{
    public sealed record Put(string Key, ReadOnlyMemory<byte> Value, long Lease = 0) : StoreOp(Key);

    public sealed record Delete(string Key, bool IsPrefix = false) : StoreOp(Key);

    public sealed record Get(string Key, bool IsPrefix = false) : StoreOp(Key);
}
