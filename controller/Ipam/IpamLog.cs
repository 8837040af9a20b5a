using Calico.Ipam.Core.Collection;
using Microsoft.Extensions.Logging;

namespace Calico.Controller.Ipam;

/// <summary>Event ids 5200 to 5249.</summary>
internal static partial class IpamLog
{
    [LoggerMessage(5200, LogLevel.Information, "took back {Addresses} of {Holder}: {Reason}")]
    public static partial void Reclaimed(ILogger log, string addresses, string holder, LeakReason reason);

    [LoggerMessage(5201, LogLevel.Information, "block {Block} was taken from node {Node}, which {Why}")]
    public static partial void Released(ILogger log, string block, string node, string why);

    [LoggerMessage(5202, LogLevel.Information, "{Subject} looked left over and was kept at the last moment: {Reason}")]
    public static partial void Kept(ILogger log, string subject, string reason);

    [LoggerMessage(5203, LogLevel.Warning, "{Holder} looks left over, but its node uses it ({Evidence}): it is kept")]
    public static partial void Vetoed(ILogger log, string holder, string evidence);

    [LoggerMessage(5204, LogLevel.Warning, "{Problem}; nothing is concluded from it")]
    public static partial void Unreadable(ILogger log, string problem);

    [LoggerMessage(5205, LogLevel.Information, "{Count} holdings look left over, {Asked} questions were put to nodes")]
    public static partial void Candidates(ILogger log, int count, int asked);
}
