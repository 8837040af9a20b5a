namespace Calico.Store;

/// <summary>The datastore did not do what was asked. The message says what was attempted, where, and how it ended.</summary>
public class StoreException : Exception
{
    public StoreException()
    {
    }

    public StoreException(string message)
        : base(message)
    {
    }

    public StoreException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The store could not be reached or did not answer in time: trying again later may help, and whether a write happened is unknown.</summary>
    public bool IsUnavailable { get; init; }
}
