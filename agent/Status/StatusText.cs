using System.Globalization;
using System.Text;

namespace Calico.Agent.Status;

/// <summary>A status for people.</summary>
public static class StatusText
{
    public static string Of(StatusReport report)
    {
        var text = new StringBuilder(Heading(report)).Append('\n');
        if (report.Agent?.Backend != "none")
        {
            text.Append(report.BirdRunning ? "BIRD runs" : "BIRD does not run").Append('\n');
        }

        Sessions(text, report);
        return text.Append(Details(report)).ToString().TrimEnd();
    }

    /// <summary>Whether the agent runs.</summary>
    public static string Heading(StatusReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report switch
        {
            { Agent: null } => "calico-agent has left no status here: it does not run, or uses another CALICO_RUN_DIR",
            { AgentRunning: false } => $"calico-agent does not run (node {report.Agent.Node}, last heard {report.Agent.Updated:u})",
            _ => $"calico-agent {report.Agent!.Version} runs, node {report.Agent.Node}, process {report.Agent.ProcessId}",
        };
    }

    /// <summary>Policy, blocks, routes and what is wrong: all but the sessions.</summary>
    public static string Details(StatusReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder();
        Policy(text, report.Agent?.Policy);
        Reserve(text, report.Agent?.Reserve);
        Section(text, "Blocks of this node", report.Agent?.Blocks ?? []);
        Section(text, "Routes by BIRD", report.Routes);
        Section(text, "Left out of routing", report.Agent?.Problems ?? []);
        return text.ToString();
    }

    private static void Policy(StringBuilder text, PolicyStatus? policy)
    {
        if (policy is null)
        {
            return;
        }

        text.Append(policy switch
        {
            { Enforced: false } => "policy is NOT enforced: CALICO_POLICY is off",
            { InSync: false } => "policy: waiting for the datastore; the kernel keeps the rules it has",
            { Revision: 0 } => "policy is not in the kernel yet",
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"policy is in the kernel up to revision {policy.Revision} (iptables {policy.Backend}): {policy.WorkloadEndpoints} workloads, {policy.HostEndpoints} host endpoints, {policy.Policies} policies, {policy.Profiles} profiles, {policy.IpSets} IP sets, {policy.Chains} chains; last change in {policy.LatencyMilliseconds:F0} ms"),
        }).Append('\n');
        Section(text, "Not in the kernel, tried again", policy.Failures);
        Section(text, "Workloads whose policy is late (new ones are dropped)", policy.LateEndpoints);
        Section(text, "Wrong objects", policy.Problems);
    }

    private static void Reserve(StringBuilder text, ReserveStatus? reserve)
    {
        if (reserve is null)
        {
            return;
        }

        if (reserve.AwaySince is { } since)
        {
            text.Append(CultureInfo.InvariantCulture, $"etcd has not answered since {since:u}: pods start and stop without it").Append('\n');
        }

        if (reserve is { IPv4: 0, IPv6: 0, Journal: 0 })
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"reserve for outages of etcd: {reserve.IPv4} IPv4 and {reserve.IPv6} IPv6 addresses; {reserve.Journal} calls to tell it of").Append('\n');
        Section(text, "Calls that etcd cannot be told of (their pods run on)", reserve.Problems);
    }

    private static void Sessions(StringBuilder text, StatusReport report)
    {
        Section(text, "BGP sessions", [.. report.Sessions.Select(session =>
            $"{session.PeerAddress,-20} AS {session.PeerAs,-8} {session.State,-12} since {session.Since}  "
            + (session.IsEstablished ? $"{session.Imported} in, {session.Exported} out" : session.Cause)
            + $"  [{session.Origin}]")]);
    }

    private static void Section(StringBuilder text, string title, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        text.Append('\n').Append(title).Append(":\n");
        foreach (var line in lines)
        {
            text.Append("  ").Append(line).Append('\n');
        }
    }
}
