namespace Calico.Store;

/// <summary>A change of one key: the value after it, or null when it was deleted.</summary>
public sealed record WatchEvent(string Key, KeyValue? After, long Revision)
{
    public bool IsDelete => After is null;
}
