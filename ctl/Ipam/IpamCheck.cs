using System.Collections.Immutable;
using Calico.Ipam.Core;
using Calico.Ipam.Core.Audit;
using Calico.Ipam.Core.Collection;

namespace Calico.Ctl.Ipam;

/// <summary>One check, and the repairs it leads to. Says what it finds as it goes.</summary>
/// <param name="leaks">Null when no Kubernetes is asked.</param>
/// <param name="node">The node that this runs on, whose routes are looked at; null for none.</param>
internal sealed class IpamCheck(CommandHost host, IpamClient ipam, LeakFinder? leaks, string? node)
{
    private readonly TextWriter _out = host.Context.Out;
    private int _left;

    /// <param name="show">What to print of the store besides; null for nothing.</param>
    /// <param name="report">Writes the report; null for none.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(
        Func<IpamSnapshot, string>? show, Func<IpamSnapshot, ImmutableArray<IpamFinding>, IReadOnlySet<Holding>, Task>? report, bool repairs, CancellationToken cancellationToken)
    {
        var snapshot = await ipam.SnapshotAsync(cancellationToken);
        var findings = IpamAuditor.Audit(snapshot);
        var leaked = leaks is null ? [] : await leaks.FindAsync(snapshot, cancellationToken);
        await _out.WriteAsync(show?.Invoke(snapshot) ?? "");
        var addresses = snapshot.Holdings.Sum(holding => holding.Addresses.Length);
        await _out.WriteLineAsync(
            $"Revision {snapshot.Revision}: {snapshot.Pools.Count} pools, {snapshot.StoredBlocks.Length} blocks, {snapshot.Handles.Count} handles, {snapshot.Endpoints.Length} endpoints, {addresses} addresses in use");
        if (report is not null)
        {
            await report(snapshot, findings, leaked.Select(leak => leak.Holding).ToHashSet());
        }

        foreach (var finding in findings)
        {
            await TellAsync(finding, repairs, cancellationToken);
        }

        foreach (var problem in node is null ? [] : NodeRoutes.Missing(snapshot, node, NodeRoutes.Read()))
        {
            await LeftAsync($"problem: {problem}");
        }

        foreach (var (holding, reason) in leaked)
        {
            await TellAsync(snapshot, holding, reason, repairs, cancellationToken);
        }

        await _out.WriteLineAsync(_left == 0 ? "Check complete; found no problems" : $"Check complete; {_left} problems are left");
        return _left == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    private async Task TellAsync(IpamFinding finding, bool repairs, CancellationToken cancellationToken)
    {
        if (!finding.IsFault)
        {
            await _out.WriteLineAsync($"note: {finding}");
        }
        else if (!repairs || finding.Repair is not { } repair)
        {
            await LeftAsync($"problem: {finding}{(finding.Repair is not null ? " (--repair puts it right)" : "")}");
        }
        else
        {
            try
            {
                await _out.WriteLineAsync($"{(await ipam.RepairAsync(repair, cancellationToken) ? "repaired" : "gone by itself")}: {finding}");
            }
            catch (IpamException e)
            {
                await LeftAsync($"not repaired ({e.Message}): {finding}");
            }
        }
    }

    private async Task TellAsync(IpamSnapshot snapshot, Holding holding, LeakReason reason, bool repairs, CancellationToken cancellationToken)
    {
        var addresses = holding.Addresses.IsEmpty ? "an endpoint" : string.Join(", ", holding.Addresses.Select(held => held.Address));
        var text = $"leaked ({reason}): {addresses} of {holding.Describe()}";
        if (!repairs)
        {
            await LeftAsync($"problem: {text} (--repair takes it back)");
        }
        else if (await leaks!.ReclaimAsync(holding, reason, snapshot, cancellationToken) is { } objection)
        {
            await LeftAsync($"kept: {text}: {objection}");
        }
        else
        {
            await _out.WriteLineAsync($"taken back: {text}");
        }
    }

    private Task LeftAsync(string text)
    {
        _left++;
        return _out.WriteLineAsync(text);
    }
}
