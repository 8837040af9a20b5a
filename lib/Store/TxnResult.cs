namespace Calico.Store;

/// <summary>Whether the Then branch ran, the revision after the transaction, and the answer of each Get of the branch that ran, in order.</summary>
public sealed record TxnResult(bool Succeeded, long Revision, IReadOnlyList<RangeResult> Gets);
