using Microsoft.Extensions.Logging;

namespace Calico.Agent.Install;

/// <summary>The log messages about files on the host: event ids 1300 to 1399.</summary>
internal static partial class InstallLog
{
    [LoggerMessage(1300, LogLevel.Information, "installed {File}")]
    public static partial void BinaryInstalled(ILogger log, string file);

    [LoggerMessage(1301, LogLevel.Information, "{File} is left as it is: {Reason}")]
    public static partial void BinarySkipped(ILogger log, string file, string reason);

    [LoggerMessage(1302, LogLevel.Information, "copied {File}")]
    public static partial void CertificateCopied(ILogger log, string file);

    [LoggerMessage(1303, LogLevel.Information, "wrote {File}, its token is valid until {Expiry:u}")]
    public static partial void KubeconfigWritten(ILogger log, string file, DateTimeOffset expiry);

    [LoggerMessage(1304, LogLevel.Warning, "{File} was not as we wrote it, and is so again")]
    public static partial void KubeconfigRestored(ILogger log, string file);

    [LoggerMessage(1305, LogLevel.Warning, "no token for service account {Account}, next try in {Seconds} s: {Message}")]
    public static partial void NoToken(ILogger log, string account, double seconds, string message);

    [LoggerMessage(1306, LogLevel.Warning, "the files of the host cannot be kept up to date, next try in {Seconds} s: {Message}")]
    public static partial void NotUpdated(ILogger log, double seconds, string message);

    [LoggerMessage(1307, LogLevel.Information, "wrote {File}: the container runtime may use it from now on")]
    public static partial void ConfWritten(ILogger log, string file);

    [LoggerMessage(1308, LogLevel.Information, "{File} waits until the agent is ready")]
    public static partial void ConfPending(ILogger log, string file);

    [LoggerMessage(1309, LogLevel.Warning, "{Other} comes before {File}: the container runtime takes the first, so pods will not be ours until it is removed")]
    public static partial void ConfShadowed(ILogger log, string other, string file);

    [LoggerMessage(1320, LogLevel.Warning, "the DaemonSet {DaemonSet} is deleted: this node is cleaned up")]
    public static partial void Uninstalling(ILogger log, string daemonSet);

    [LoggerMessage(1321, LogLevel.Information, "removed {What}")]
    public static partial void Removed(ILogger log, string what);

    [LoggerMessage(1322, LogLevel.Error, "could not remove {What}")]
    public static partial void Left(ILogger log, string what);

    [LoggerMessage(1323, LogLevel.Information, "this node is clean, after {Seconds:0.0} s")]
    public static partial void Uninstalled(ILogger log, double seconds);
}
