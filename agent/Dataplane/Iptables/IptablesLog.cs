using Calico.Model.Net;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Dataplane.Iptables;

/// <summary>The log messages of the drivers of iptables: event ids 2200 to 2219.</summary>
internal static partial class IptablesLog
{
    [LoggerMessage(2200, LogLevel.Warning, "{Tool} refused a change, which is tried again in parts: {Message}")]
    public static partial void Refused(ILogger log, IptablesTool tool, string message);

    [LoggerMessage(2201, LogLevel.Error, "{Tool}, table {Table}: {Chain} is refused and stays as it was, or closed if it is new: {Message}")]
    public static partial void ChainRefused(ILogger log, IptablesTool tool, string table, string chain, string message);

    [LoggerMessage(2202, LogLevel.Warning, "{Tool}, table {Table}: {Chains} had been changed by another program; made as it should be")]
    public static partial void Restored(ILogger log, IptablesTool tool, string table, string chains);

    [LoggerMessage(2206, LogLevel.Information, "{Tool}, table {Table}: of the chains that an earlier agent left, {Count} were not as they should be now; they are")]
    public static partial void TakenOver(ILogger log, IptablesTool tool, string table, int count);

    [LoggerMessage(2203, LogLevel.Information, "{Tool}, table {Table}: the tool prints rules of {Chains} in other words than ours, which is taken for the same from now on")]
    public static partial void PrintLearned(ILogger log, IptablesTool tool, string table, string chains);

    [LoggerMessage(2204, LogLevel.Information, "the nftables table {Table} ({Family}), which held our rules, stays without rules: {Message}")]
    public static partial void EmptyTableStays(ILogger log, string table, IpFamily family, string message);

    [LoggerMessage(2205, LogLevel.Information, "commits of nftables cannot be heard, so each write of rules takes as long as iptables-restore runs: {Message}")]
    public static partial void CommitsUnheard(ILogger log, string message);
}
