using System.CommandLine;
using System.Reflection;
using Calico.Ctl.Datastore;
using Calico.Ctl.Resources;
using Calico.Hosting;

namespace Calico.Ctl.Commands;

/// <summary><c>calicoctl version</c>: this program's, and what the datastore says of the cluster.</summary>
internal static class VersionCommand
{
    public static Command Create(CommandHost host)
    {
        var client = new Option<bool>("--client") { Description = "this program's alone; asks no datastore" };
        var command = new Command("version", "Shows the version of this program and of the cluster") { client };
        host.On(command, async (parsed, cancellationToken) =>
        {
            await host.Context.Out.WriteLineAsync($"Client Version:    {ProgramVersion.Of(Assembly.GetExecutingAssembly())}");
            return parsed.GetValue(client) ? ExitCode.Success : await host.WithStoreAsync(parsed, async store =>
            {
                var (found, isLocked) = await ClusterLock.ReadAsync(store, cancellationToken);
                var cluster = ClusterLock.Parse(found);
                await host.Context.Out.WriteLineAsync(
                    $"Cluster Version:   {Cells.Text(cluster, "spec.calicoVersion") ?? Cells.None}\nCluster Type:      {Cells.Text(cluster, "spec.clusterType") ?? Cells.None}\nCluster GUID:      {Cells.Text(cluster, "spec.clusterGUID") ?? Cells.None}\nDatastore:         {(isLocked ? "locked" : "ready")}");
                return ExitCode.Success;
            });
        });
        return command;
    }
}
