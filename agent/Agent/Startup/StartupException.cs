namespace Calico.Agent.Startup;

/// <summary>The agent cannot begin; the message says what an operator must change.</summary>
internal sealed class StartupException : Exception
{
    public StartupException()
    {
    }

    public StartupException(string message)
        : base(message)
    {
    }

    public StartupException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>It may pass by itself: what is waited for is only away.</summary>
    public bool IsTemporary { get; init; }
}
