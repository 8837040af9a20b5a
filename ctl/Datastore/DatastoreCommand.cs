using System.CommandLine;

namespace Calico.Ctl.Datastore;

/// <summary><c>calicoctl datastore</c>: the whole of it, out and in, and its lock.</summary>
internal static class DatastoreCommand
{
    public static Command Create(CommandHost host) => new("datastore", "Exports, imports, locks and unlocks the datastore")
    {
        ExportCommand.Create(host, "Writes everything Calico has in the datastore to a file, as of one moment", needsLock: false),
        ImportCommand.Create(host),
        new Command("migrate", "The same under upstream's names, between a lock and an unlock")
        {
            Lock(host, isLocked: true),
            ExportCommand.Create(host, "As 'datastore export', of a locked datastore: nothing changes until it is imported elsewhere", needsLock: true),
            ImportCommand.Create(host),
            Lock(host, isLocked: false),
        },
    };

    private static Command Lock(CommandHost host, bool isLocked)
    {
        var command = isLocked
            ? new Command("lock", "Nodes give out no address and add no pod until 'unlock'; pods that run go on")
            : new Command("unlock", "Nodes may change the datastore again");
        host.OnStore(command, async (_, store, cancellationToken) =>
        {
            var changed = await ClusterLock.SetAsync(store, isLocked, cancellationToken);
            await host.Context.Out.WriteLineAsync($"Datastore {(isLocked ? "locked" : "unlocked")}{(changed ? "" : " already")}.");
            return ExitCode.Success;
        });
        return command;
    }
}
