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
using Calico.Store.Kubernetes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Ctl.Ipam;

/// <summary><c>calicoctl ipam check</c>: holds blocks, handles, affinities, endpoints and pods against each other, says what is wrong, and puts it right on demand.</summary>
internal static class CheckCommand
{
    public static Command Create(CommandHost host)
    {
        var all = new Option<bool>("--show-all-ips") { Description = "every address in use, and whose it is" };
        var problems = new Option<bool>("--show-problem-ips") { Description = "taken for upstream's sake: what is wrong is always shown" };
        var output = new Option<string>("--output", "-o") { Description = "write a report in JSON, for 'ipam release --from-report'", HelpName = "file" };
        var kubeconfig = new Option<string>("--kubeconfig") { Description = "ask this cluster's API whose pods there are: without it, leaked addresses are not found", HelpName = "file" };
        var nodeName = new Option<string>("--nodename-file") { Description = "where the agent of this host says which node it is: that node's routes are looked at, too", HelpName = "file", DefaultValueFactory = _ => NodeRoutes.NodeNameFile };
        var repair = new Option<bool>("--repair") { Description = "put right what can be; never frees an address that somebody uses" };
        var command = new Command("check", "Checks that blocks, handles, affinities, endpoints and pods agree; code 1 when something is wrong") { all, problems, output, kubeconfig, nodeName, repair };
        host.OnStore(command, async (parsed, store, cancellationToken) =>
        {
            using var ipam = new IpamClient(store, time: host.Context.Time);
            using var api = parsed.GetValue(kubeconfig) is { } file ? new KubernetesClient(KubernetesConfig.FromKubeconfig(file), NullLogger.Instance, host.Context.Time) : null;
            var leaks = api is null ? null : new LeakFinder(store, ipam, new KubernetesClusterReader(api), host.Context.Time);
            return await new IpamCheck(host, ipam, leaks, NodeRoutes.ThisNode(parsed.GetValue(nodeName)!)).RunAsync(
                parsed.GetValue(all) ? AddressTable : null,
                parsed.GetValue(output) is { } report ? (snapshot, findings, leaked) => WriteReportAsync(store, report, snapshot, findings, leaked, cancellationToken) : null,
                parsed.GetValue(repair),
                cancellationToken);
        });
        return command;
    }

    private static async Task WriteReportAsync(
        IKeyValueStore store, string file, IpamSnapshot snapshot, IReadOnlyCollection<IpamFinding> findings, IReadOnlySet<Holding> leaked, CancellationToken cancellationToken)
    {
        var (cluster, isLocked) = await ClusterLock.ReadAsync(store, cancellationToken);
        var report = IpamReport.Write(ProgramVersion.Of(Assembly.GetExecutingAssembly()), ClusterLock.Parse(cluster), cluster.ModRevision, isLocked, snapshot, findings, leaked);
        await File.WriteAllTextAsync(file, JsonText.Pretty(report) + "\n", cancellationToken);
    }

    private static string AddressTable(IpamSnapshot store) => TextTable.Plain(
        ["IP", "NODE", "ALLOCATED-TO", "HANDLE"],
        [
            .. from holding in store.Holdings
               from held in holding.Addresses
               orderby held.Address
               let holder = holding.Pod is { } pod ? $"{holding.Namespace}/{pod}" : holding.Purpose ?? Cells.None
               select (string[])[held.Address.ToString(), holding.Node ?? Cells.None, holder, holding.HandleId ?? Cells.None],
        ]);
}
