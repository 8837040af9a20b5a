namespace Calico.Ipam.Core;

/// <summary>Why an address could not be given, taken or found.</summary>
public enum IpamFailure
{
    /// <summary>The cluster is closed for changes (or not set up): try again later.</summary>
    NotReady,

    /// <summary>No pool may be used for this request.</summary>
    NoUsablePool,

    /// <summary>The pools have no address left, or a limit forbids taking one.</summary>
    Exhausted,

    /// <summary>The address asked for belongs to someone else.</summary>
    AddressTaken,

    /// <summary>The request contradicts itself or names something that does not exist.</summary>
    InvalidRequest,

    /// <summary>Others changed the same objects too often; nothing was done.</summary>
    Contended,

    /// <summary>An object in the store cannot be read.</summary>
    Unreadable,

    /// <summary>The store does not say what the result of the ADD says.</summary>
    Differs,
}

/// <summary>An expected failure of address management: its kind, the object it is about, and what to do next.</summary>
public sealed class IpamException : Exception
{
    public IpamException(IpamFailure failure, string message, string details = "", Exception? innerException = null)
        : base(message, innerException)
    {
        Failure = failure;
        Details = details;
    }

    public IpamException()
        : this(IpamFailure.Unreadable, "address management failed")
    {
    }

    public IpamException(string message)
        : this(IpamFailure.Unreadable, message)
    {
    }

    public IpamException(string message, Exception innerException)
        : this(IpamFailure.Unreadable, message, "", innerException)
    {
    }

    public IpamFailure Failure { get; }

    /// <summary>What to look at or do next; may be empty.</summary>
    public string Details { get; }
}
