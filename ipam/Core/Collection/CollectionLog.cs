using Microsoft.Extensions.Logging;

namespace Calico.Ipam.Core.Collection;

internal static partial class CollectionLog
{
    [LoggerMessage(2101, LogLevel.Warning, "The question {Key} about leaked addresses stays without answer, so they are kept: {Reason}")]
    public static partial void NoAnswer(ILogger log, string key, string reason);
}
