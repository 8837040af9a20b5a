namespace Calico.Store.Kubernetes;

/// <summary>The Kubernetes API did not do what was asked. The message says what was attempted, where, and how it ended.</summary>
public class KubernetesException : Exception
{
    public KubernetesException()
    {
    }

    public KubernetesException(string message)
        : base(message)
    {
    }

    public KubernetesException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>HTTP's status code; 0 when no answer came.</summary>
    public int StatusCode { get; init; }

    /// <summary>The server's own word for it, such as AlreadyExists, Conflict or Forbidden; empty when it gave none.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The server could not be reached, did not answer in time or is overloaded: trying again later may help, and whether a write happened is unknown.</summary>
    public bool IsUnavailable { get; init; }

    /// <summary>Somebody else changed the object, or a precondition does not hold: read again and decide anew.</summary>
    public bool IsConflict => StatusCode == 409 && Reason != "AlreadyExists";

    public bool IsAlreadyExists => StatusCode == 409 && Reason == "AlreadyExists";

    public bool IsNotFound => StatusCode == 404;

    /// <summary>The service account may not do this: a rule is missing in its role.</summary>
    public bool IsForbidden => StatusCode == 403;
}
