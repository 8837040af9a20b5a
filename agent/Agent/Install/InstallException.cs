namespace Calico.Agent.Install;

/// <summary>The files of the host cannot be installed; the message says what an operator must change.</summary>
internal sealed class InstallException : Exception
{
    public InstallException()
    {
    }

    public InstallException(string message)
        : base(message)
    {
    }

    public InstallException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
