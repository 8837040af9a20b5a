using Calico.Agent.Routing;
using Calico.Agent.Status;
using Calico.Ctl.Output;

namespace Calico.Ctl.Nodes;

/// <summary>A node's status for people, in upstream's tables. Pure.</summary>
internal static class NodeText
{
    public static string Of(StatusReport report)
    {
        var lines = new List<string> { report.AgentRunning ? "Calico process is running." : StatusText.Heading(report) };
        if (report.Agent?.Backend != "none")
        {
            lines.AddRange(report.BirdRunning
                ? [Table("IPv4", [.. report.Sessions.Where(session => !IsV6(session))]), Table("IPv6", [.. report.Sessions.Where(IsV6)])]
                : ["\nBIRD does not run: there are no BGP sessions, and the kernel keeps the routes it has"]);
        }

        return string.Join('\n', lines.Append(StatusText.Details(report))).TrimEnd();
    }

    private static bool IsV6(SessionStatus session) => session.PeerAddress.Contains(':', StringComparison.Ordinal);

    private static string Table(string family, IReadOnlyList<SessionStatus> sessions) => sessions.Count == 0
        ? $"\n{family} BGP status\nNo {family} peers found."
        : $"\n{family} BGP status\n" + TextTable.Boxed(
            ["PEER ADDRESS", "PEER TYPE", "STATE", "SINCE", "INFO"],
            [.. sessions.Select(session => (string[])[session.PeerAddress, session.Origin, session.IsEstablished ? "up" : "start", session.Since, Info(session)])]).TrimEnd('\n');

    private static string Info(SessionStatus session) => session.IsEstablished
        ? $"Established, {session.Imported} routes in, {session.Exported} out"
        : session.Cause.Length > 0 ? $"{session.State}: {session.Cause}" : session.State;
}
