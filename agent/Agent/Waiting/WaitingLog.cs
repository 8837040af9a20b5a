using Microsoft.Extensions.Logging;

namespace Calico.Agent.Waiting;

/// <summary>The log messages about who waits for this node: event ids 1120 to 1129.</summary>
internal static partial class WaitingLog
{
    [LoggerMessage(1120, LogLevel.Warning, "the question {Key} of 'calicoctl wait' gets no answer: {Message}")]
    public static partial void NoAnswer(ILogger log, string key, string message);

    [LoggerMessage(1121, LogLevel.Debug, "answered {Key} of 'calicoctl wait': revision {Revision} is in the kernel")]
    public static partial void Answered(ILogger log, string key, long revision);
}
