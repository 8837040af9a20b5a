namespace Calico.Cni.Protocol;

/// <summary>A failure that is told to the runtime as the spec's error object.</summary>
public sealed class CniException : Exception
{
    public CniException(CniErrorCode code, string message, string details = "", Exception? innerException = null)
        : base(message, innerException)
    {
        Code = code;
        Details = details;
    }

    public CniException()
        : this(CniErrorCode.Internal, "unknown error")
    {
    }

    public CniException(string message)
        : this(CniErrorCode.Internal, message)
    {
    }

    public CniException(string message, Exception innerException)
        : this(CniErrorCode.Internal, message, "", innerException)
    {
    }

    public CniErrorCode Code { get; }

    /// <summary>What to look at or do next.</summary>
    public string Details { get; }
}
