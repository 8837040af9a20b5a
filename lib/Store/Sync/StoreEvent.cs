namespace Calico.Store.Sync;

/// <summary>What a <c>Syncer</c> tells: the state of one key, or that the state is complete.</summary>
public abstract record StoreEvent
{
    /// <summary>The key now has this value.</summary>
    public sealed record Set(KeyValue KeyValue) : StoreEvent;

    /// <summary>The key is gone.</summary>
    public sealed record Removed(string Key, long Revision) : StoreEvent;

    /// <summary>Everything that is in the store has been told, as of this revision. Comes after the first list, and again after a relist.</summary>
    public sealed record InSync(long Revision) : StoreEvent;
}
