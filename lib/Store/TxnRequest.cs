namespace Calico.Store;

/// <summary>If all of <paramref name="Compares"/> hold do <paramref name="Then"/>, otherwise <paramref name="Else"/>.</summary>
/// <remarks>etcd takes at most 128 of each by default (<see cref="MaxOperations"/>), and no key may be written twice.</remarks>
public sealed record TxnRequest(IReadOnlyList<Compare> Compares, IReadOnlyList<StoreOp> Then, IReadOnlyList<StoreOp> Else)
{
    public const int MaxOperations = 128;
}
