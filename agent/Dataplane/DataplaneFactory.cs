using Calico.Agent.Dataplane.Conntrack;
using Calico.Agent.Dataplane.Endpoints;
using Calico.Agent.Dataplane.IpSets;
using Calico.Agent.Dataplane.Iptables;
using Calico.Agent.Dataplane.Managers;
using Calico.Agent.Dataplane.Rules;
using Calico.Agent.Dataplane.Tools;
using Calico.Linux.Conntrack;
using Calico.Linux.Netlink;
using Calico.Linux.Nftables;
using Calico.Model.Net;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Dataplane;

/// <summary>The dataplane on this host's kernel.</summary>
public static class DataplaneFactory
{
    private const string ProtocolsFile = "/etc/protocols";

    /// <param name="take">What is new since it was asked last; null for nothing.</param>
    public static DataplaneLoop Create(DataplaneOptions options, Func<DataplaneUpdate?> take, ILogger log, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        var flows = new FlowCutter(new KernelConntrack(ConntrackSocket.Open, RouteSocket.Open), options, log, time);
        DataplaneLoop? loop = null;
        var opened = new TaskCompletionSource<DataplaneManagers>(TaskCreationOptions.RunContinuationsAsynchronously);
        var endpoints = new EndpointRoutes(options, () => loop?.Wake(), log, time);
        var companions = new DataplaneCompanions(
            batch =>
            {
                flows.OnMessages(batch);
                foreach (var message in batch)
                {
                    endpoints.OnMessage(message);
                }
            },
            flows.OnApplied,
            async token => await await Task.WhenAny(flows.RunAsync(token), endpoints.RunAsync(token), GuardAsync(opened.Task, loop!, time, token)));
        IpFamily[] families = options.WithIPv6 ? [IpFamily.IPv4, IpFamily.IPv6] : [IpFamily.IPv4];
        loop = new DataplaneLoop(families, OpenedAsync, take, companions, log, time);
        return loop;

        async Task<DataplaneManagers> OpenedAsync(CancellationToken token)
        {
            var managers = await OpenAsync(options, families, log, time, token);
            opened.TrySetResult(managers);
            return managers;
        }
    }

    /// <summary>Takes everything of ours out of the kernel's tables and sets, in both back ends and both families.</summary>
    /// <returns>What is left, and why; one line each.</returns>
    public static async Task<IReadOnlyList<string>> PurgeAsync(ILogger log, TimeProvider time, CancellationToken cancellationToken)
    {
        var left = await Purge(log, time).RunAsync(cancellationToken);
        return [.. left.Select(problem => problem.ToString())];
    }

    /// <summary>What of ours is in the kernel's tables and sets, one line each.</summary>
    public static async Task<IReadOnlyList<string>> OursAsync(CancellationToken cancellationToken)
    {
        var found = new List<string>();
        foreach (var backend in new[] { IptablesBackend.Nft, IptablesBackend.Legacy })
        {
            foreach (var family in new[] { IpFamily.IPv4, IpFamily.IPv6 })
            {
                found.AddRange(await OursAsync(new IptablesTool(backend, family, HostTools.RunAsync), cancellationToken));
            }
        }

        try
        {
            await new IpSetTool(HostTools.RunAsync).SaveAsync(set => found.Add($"IP set {set.Name}"), cancellationToken);
        }
        catch (IOException)
        {
            // No ipset here: no sets.
        }

        return found;
    }

    private static async Task<IEnumerable<string>> OursAsync(IptablesTool tool, CancellationToken cancellationToken)
    {
        try
        {
            var kernel = await tool.SaveAsync(cancellationToken);
            return kernel.Tables.Where(table => table.Value.HasOurs)
                .Select(table => $"{table.Value.Chains.Count} chains of table {table.Key.Name()} ({tool})").ToList();
        }
        catch (IOException)
        {
            return []; // not installed
        }
    }

    private static async Task<DataplaneManagers> OpenAsync(
        DataplaneOptions options, IReadOnlyList<IpFamily> families, ILogger log, TimeProvider time, CancellationToken cancellationToken)
    {
        var protocols = File.Exists(ProtocolsFile) ? ProtocolNames.FromFile(File.ReadLines(ProtocolsFile)) : ProtocolNames.BuiltIn;
        var backend = await new BackendDetection(HostTools.RunAsync).DetectAsync(options.Backend, cancellationToken);
        DataplaneLog.Backend(log, backend);
        return new DataplaneManagers(
            backend,
            new KernelIpSets(new IpSetTool(HostTools.RunAsync), options.RefreshInterval, time, log),
            [.. families.Select(family => new FamilyTables(
                family,
                new RuleRenderer(options, family, protocols),
                new IptablesTables(new IptablesTool(backend, family, HostTools.RunAsync, Commits(backend, log)), options.RefreshInterval, time, log)))],
            () => Interfaces(options),
            async token =>
            {
                var other = backend == IptablesBackend.Nft ? IptablesBackend.Legacy : IptablesBackend.Nft;
                if (await Purge(log, time).PurgeAsync(other, token) is [var problem, ..])
                {
                    throw new IOException(problem.ToString());
                }
            });
    }

    /// <summary>The legacy back end has neither a number for its commits nor a way to read one chain: there the refresh alone finds what others did.</summary>
    private static async Task GuardAsync(Task<DataplaneManagers> opening, DataplaneLoop loop, TimeProvider time, CancellationToken cancellationToken)
    {
        var managers = await opening.WaitAsync(cancellationToken);
        if (managers.Backend != IptablesBackend.Nft)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        }

        var guard = new HookGuard(
            () => new RuleTargets(),
            managers.Families,
            () => loop.Status.HasApplied,
            family =>
            {
                family.Tables.Doubt();
                loop.Wake();
            },
            time);
        await guard.RunAsync(cancellationToken);
    }

    // Open as long as the program runs.
    private static CommitWatch? Commits(IptablesBackend backend, ILogger log)
    {
        try
        {
            return backend == IptablesBackend.Nft && CommitMonitor.TryOpen() is { } monitor ? new CommitWatch(monitor, HostTools.RunAsync) : null;
        }
        catch (NetlinkException e)
        {
            IptablesLog.CommitsUnheard(log, e.Message);
            return null;
        }
    }

    private static KernelPurge Purge(ILogger log, TimeProvider time) => new(HostTools.RunAsync, NftTable.DeleteEmpty, time, log);

    private static Dictionary<string, IReadOnlyCollection<IpAddress>> Interfaces(DataplaneOptions options)
    {
        using var kernel = RouteSocket.Open();
        var addresses = kernel.Addresses().ToLookup(address => address.IfIndex, address => address.Address.Address);
        return kernel.Links()
            .Where(link => !options.IsWorkloadInterface(link.Name))
            .ToDictionary(link => link.Name, IReadOnlyCollection<IpAddress> (link) => [.. addresses[link.Index]]);
    }
}
