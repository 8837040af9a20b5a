namespace Calico.Tests.Fakes;

/// <summary>One call that reached the fake store.</summary>
/// <param name="Operation">The name of the method without Async: Range, Txn, Watch, GrantLease, KeepAlive, RevokeLease.</param>
/// <param name="Detail">The key, the number of operations, or the lease, for messages.</param>
public sealed record StoreCall(string Operation, string Detail);
