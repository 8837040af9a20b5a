namespace Calico.Store;

/// <summary>A condition of a transaction: the key's ModRevision equals a number; 0 means that the key does not exist.</summary>
public readonly record struct Compare(string Key, long ModRevision)
{
    public static Compare Absent(string key) => new(key, 0);

    public static Compare Unchanged(KeyValue keyValue)
    {
        ArgumentNullException.ThrowIfNull(keyValue);
        return new Compare(keyValue.Key, keyValue.ModRevision);
    }
}
