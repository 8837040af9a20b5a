using System.CommandLine;
using System.Reflection;
using Calico.Ctl.Datastore;
using Calico.Ctl.Output;
using Calico.Ctl.Resources;
using Calico.Hosting;
using Calico.Ipam.Core;
using Calico.Ipam.Core.Audit;
using Calico.Ipam.Core.Collection;
using Calico.Store;

namespace Calico.Ctl.Ipam;

/// <summary><c>calicoctl ipam check</c>: holds blocks, handles, affinities and endpoints against each other, says what is wrong, and puts it right on demand.</summary>
internal static class CheckCommand
{
    public static Command Create(CommandHost host)
    {
        var all = new Option<bool>("--show-all-ips") { Description = "every address in use, and whose it is" };
        var problems = new Option<bool>("--show-problem-ips") { Description = "taken for upstream's sake: what is wrong is always shown" };
        var output = new Option<string>("--output", "-o") { Description = "write a report in JSON, for 'ipam release --from-report'", HelpName = "file" };
        var repair = new Option<bool>("--repair") { Description = "put right what can be; never frees an address that somebody holds" };
        var command = new Command("check", "Checks that blocks, handles, affinities and endpoints agree; code 1 when something is wrong") { all, problems, output, repair };
        host.OnStore(command, async (parsed, store, cancellationToken) =>
        {
            using var ipam = new IpamClient(store, time: host.Context.Time);
            var snapshot = await ipam.SnapshotAsync(cancellationToken);
            var findings = IpamAuditor.Audit(snapshot);
            if (parsed.GetValue(all))
            {
                await host.Context.Out.WriteAsync(Addresses(snapshot));
            }

            await host.Context.Out.WriteLineAsync(
                $"Revision {snapshot.Revision}: {snapshot.Pools.Count} pools, {snapshot.StoredBlocks.Length} blocks, {snapshot.Handles.Count} handles, {snapshot.Endpoints.Length} endpoints, {snapshot.Holdings.Sum(holding => holding.Addresses.Length)} addresses in use");
            if (parsed.GetValue(output) is { } file)
            {
                await WriteReportAsync(store, file, snapshot, findings, cancellationToken);
                await host.Context.Out.WriteLineAsync($"Report written to {file}");
            }

            var left = await TellAsync(host, ipam, findings, parsed.GetValue(repair), cancellationToken);
            await host.Context.Out.WriteLineAsync(left == 0 ? "Check complete; found no problems" : $"Check complete; {left} problems are left");
            return left == 0 ? ExitCode.Success : ExitCode.Failed;
        });
        return command;
    }

    /// <returns>How many faults are left.</returns>
    private static async Task<int> TellAsync(CommandHost host, IpamClient ipam, IReadOnlyList<IpamFinding> findings, bool repairs, CancellationToken cancellationToken)
    {
        var left = 0;
        foreach (var finding in findings)
        {
            var outcome = !finding.IsFault ? "note" : "problem";
            var isLeft = finding.IsFault;
            if (repairs && finding.Repair is { } repair)
            {
                (outcome, isLeft) = await RepairAsync(ipam, repair, cancellationToken);
            }

            left += isLeft ? 1 : 0;
            await host.Context.Out.WriteLineAsync($"{outcome}: {finding}{(isLeft && !repairs && finding.Repair is not null ? " (--repair puts it right)" : "")}");
        }

        return left;
    }

    private static async Task<(string Outcome, bool IsLeft)> RepairAsync(IpamClient ipam, IpamRepair repair, CancellationToken cancellationToken)
    {
        try
        {
            return await ipam.RepairAsync(repair, cancellationToken) ? ("repaired", false) : ("gone by itself", false);
        }
        catch (IpamException e)
        {
            return ($"not repaired ({e.Message})", true);
        }
    }

    private static async Task WriteReportAsync(IKeyValueStore store, string file, IpamSnapshot snapshot, IReadOnlyCollection<IpamFinding> findings, CancellationToken cancellationToken)
    {
        var (cluster, isLocked) = await ClusterLock.ReadAsync(store, cancellationToken);
        var report = IpamReport.Write(
            ProgramVersion.Of(Assembly.GetExecutingAssembly()), ClusterLock.Parse(cluster), cluster.ModRevision, isLocked, snapshot, findings, new HashSet<Holding>());
        await File.WriteAllTextAsync(file, JsonText.Pretty(report) + "\n", cancellationToken);
    }

    private static string Addresses(IpamSnapshot store) => TextTable.Plain(
        ["IP", "NODE", "ALLOCATED-TO", "HANDLE"],
        [.. store.Holdings.SelectMany(holding => holding.Addresses.Select(held => (holding, held.Address))).OrderBy(pair => pair.Address)
            .Select(pair => (string[])[pair.Address.ToString(), pair.holding.Node ?? Cells.None, pair.holding.Pod is { } pod ? $"{pair.holding.Namespace}/{pod}" : pair.holding.Purpose ?? Cells.None, pair.holding.HandleId ?? Cells.None])]);
}
