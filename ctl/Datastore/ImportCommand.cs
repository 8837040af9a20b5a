using System.CommandLine;

namespace Calico.Ctl.Datastore;

/// <summary><c>calicoctl datastore import</c>.</summary>
internal static class ImportCommand
{
    public static Command Create(CommandHost host)
    {
        var file = new Option<string>("--filename", "-f") { Description = "what 'datastore export' wrote; - for the standard input", HelpName = "file", Required = true };
        var overwrite = new Option<bool>("--overwrite") { Description = "keys that hold something else are replaced; without it they are named, and kept" };
        var force = new Option<bool>("--force") { Description = "also into the datastore of another cluster" };
        var command = new Command("import", "Brings an export into a datastore, which stays locked until 'datastore migrate unlock'; may be run again, and goes on where it was cut short")
        {
            file, overwrite, force,
        };
        host.OnStore(command, async (parsed, store, cancellationToken) =>
        {
            var name = parsed.GetValue(file)!;
            var lines = name == "-" ? (await host.Context.In.ReadToEndAsync(cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries) : File.ReadLines(name);
            var (header, entries) = DatastoreFile.Read(name, lines);
            var import = new DatastoreImport(store, parsed.GetValue(overwrite), (done, total) => host.Context.Error.WriteLineAsync($"{done} of {total} keys"));
            await import.BeginAsync(header, entries, parsed.GetValue(force), cancellationToken);
            await import.RunAsync(entries, cancellationToken);
            foreach (var conflict in import.Conflicts)
            {
                await host.ErrorAsync($"{conflict} holds something else, and was kept: --overwrite replaces it");
            }

            await host.Context.Out.WriteLineAsync($"Imported {import.Written} keys; {import.Equal} were there already, {import.Conflicts.Count} hold something else. The datastore is locked: 'calicoctl datastore migrate unlock' opens it");
            return import.Conflicts.Count == 0 ? ExitCode.Success : ExitCode.Failed;
        });
        return command;
    }
}
