namespace Calico.Controller.Resources;

/// <summary>The object is no longer what was seen. Nothing was done; the next plan sees what it is now.</summary>
internal sealed class SyncConflictException : Exception
{
    public SyncConflictException()
    {
    }

    public SyncConflictException(string subject)
        : base($"{subject} was changed by somebody else meanwhile")
    {
    }

    public SyncConflictException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
