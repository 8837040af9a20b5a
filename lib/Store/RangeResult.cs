namespace Calico.Store;

/// <summary>What a range found, in key order, and the revision of the store at which it holds.</summary>
public sealed record RangeResult(long Revision, IReadOnlyList<KeyValue> KeyValues)
{
    public KeyValue? Single => KeyValues.Count == 0 ? null : KeyValues[0];
}
