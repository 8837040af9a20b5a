namespace Calico.Ctl;

/// <summary>A command ends with this message, which tells a user enough, and this exit code.</summary>
#pragma warning disable CA1032 // every use has a message and a code
internal sealed class CtlException(int exitCode, string message) : Exception(message)
#pragma warning restore CA1032
{
    public int ExitCode => exitCode;

    public static CtlException Usage(string message) => new(Ctl.ExitCode.Usage, message);

    public static CtlException Failed(string message) => new(Ctl.ExitCode.Failed, message);
}
