using Calico.Agent.Dataplane.IpSets;
using Calico.Agent.Dataplane.Iptables;
using Calico.Linux.Netlink;
using Calico.Model.Net;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Dataplane.Tools;

/// <summary>Takes all that is ours out of the kernel's tables and sets: what the drivers do when nothing is wished for.</summary>
/// <param name="deleteEmptyTable">Deletes an nftables table, named with its chains, if nothing is in them.</param>
internal sealed class KernelPurge(
    ToolRunner run, Action<IpFamily, string, IReadOnlyCollection<string>> deleteEmptyTable, TimeProvider time, ILogger log)
{
    /// <summary>Both back ends, both families, all sets. A tool that is not installed cannot have left anything.</summary>
    /// <returns>What is left, and why.</returns>
    public async Task<IReadOnlyList<KernelProblem>> RunAsync(CancellationToken cancellationToken) =>
    [
        .. await PurgeAsync(IptablesBackend.Nft, cancellationToken),
        .. await PurgeAsync(IptablesBackend.Legacy, cancellationToken),
        .. await PurgeSetsAsync(cancellationToken),
    ];

    /// <summary>One back end alone: rules must not stay behind in the one that is no longer used.</summary>
    /// <inheritdoc cref="RunAsync" path="/returns"/>
    public async Task<IReadOnlyList<KernelProblem>> PurgeAsync(IptablesBackend backend, CancellationToken cancellationToken)
    {
        var problems = new List<KernelProblem>();
        foreach (var family in new[] { IpFamily.IPv4, IpFamily.IPv6 })
        {
            var tool = new IptablesTool(backend, family, run);
            try
            {
                problems.AddRange(await PurgeAsync(tool, cancellationToken));
            }
            catch (FileNotFoundException)
            {
                break;
            }
            catch (Exception e) when (e is IOException or TimeoutException)
            {
                problems.Add(new KernelProblem(tool.ToString(), e.Message));
            }
        }

        return problems;
    }

    private async Task<IReadOnlyList<KernelProblem>> PurgeAsync(IptablesTool tool, CancellationToken cancellationToken)
    {
        var before = await tool.SaveAsync(cancellationToken);
        var tables = new IptablesTables(tool, TimeSpan.Zero, time, log);
        await tables.ApplyAsync(cancellationToken);
        if (tool.Backend == IptablesBackend.Nft)
        {
            var ours = before.Tables.Where(table => table.Value.HasOurs).Select(table => table.Key).ToHashSet();
            var after = ours.Count > 0 ? await tool.SaveAsync(cancellationToken) : before;
            DeleteEmpty(tool.Family, after.Tables.Where(table => ours.Contains(table.Key) && table.Value.IsEmpty));
        }

        return tables.Problems;
    }

    // The tool makes a table with its built-in chains, and has no command that takes them away again.
    private void DeleteEmpty(IpFamily family, IEnumerable<KeyValuePair<IptablesTable, KernelTable>> tables)
    {
        foreach (var (name, table) in tables)
        {
            try
            {
                deleteEmptyTable(family, name.Name(), table.Foreign.Keys);
            }
            catch (NetlinkException e)
            {
                IptablesLog.EmptyTableStays(log, name.Name(), family, e.Message);
            }
        }
    }

    private async Task<IReadOnlyList<KernelProblem>> PurgeSetsAsync(CancellationToken cancellationToken)
    {
        var sets = new KernelIpSets(new IpSetTool(run), TimeSpan.Zero, time, log);
        try
        {
            await sets.ApplyUpdatesAsync(cancellationToken);
            await sets.ApplyRemovalsAsync(cancellationToken);
            return [.. sets.Unremoved.Select(set => new KernelProblem($"IP set {set}", "it is still in use: remove the rules that name it, and purge again"))];
        }
        catch (FileNotFoundException)
        {
            return [];
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            return [new KernelProblem("IP sets", e.Message)];
        }
    }
}
