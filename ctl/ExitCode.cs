namespace Calico.Ctl;

/// <summary>What the program's exit code means; the same for every command.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>Something that was asked for was not done, or a check found a problem; the rest was done.</summary>
    public const int Failed = 1;

    /// <summary>The command line, or the settings of the connection, cannot be used; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>The datastore does not answer.</summary>
    public const int Unavailable = 3;

    /// <summary><c>why</c>: the packet, or one of those of several families, is denied.</summary>
    public const int Denied = 4;

    /// <summary><c>wait</c>: the time is over and not every node has what was waited for.</summary>
    public const int TimedOut = 5;

    /// <summary>128 and the number of SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;
}
