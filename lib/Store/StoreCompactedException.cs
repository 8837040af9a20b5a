namespace Calico.Store;

/// <summary>The revision asked for is no longer kept: list again and watch from there.</summary>
public sealed class StoreCompactedException : StoreException
{
    public StoreCompactedException()
    {
    }

    public StoreCompactedException(string message)
        : base(message)
    {
    }

    public StoreCompactedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The oldest revision still kept.</summary>
    public long CompactRevision { get; init; }
}
