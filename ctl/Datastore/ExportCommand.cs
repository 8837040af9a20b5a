using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Calico.Ctl.Resources;
using Calico.Store;

namespace Calico.Ctl.Datastore;

/// <summary><c>calicoctl datastore export</c>.</summary>
internal static class ExportCommand
{
    /// <summary>Resources and address management; what agents report of themselves is not worth keeping.</summary>
    public static IReadOnlyList<string> Prefixes { get; } = ["/calico/ipam/v2/", "/calico/resources/v3/projectcalico.org/"];

    public static Command Create(CommandHost host, string description, bool needsLock)
    {
        var output = new Option<string>("--output", "-o") { Description = "file to write, readable by its owner alone; the standard output without it", HelpName = "file" };
        var command = new Command("export", description) { output };
        host.OnStore(command, async (parsed, store, cancellationToken) =>
        {
            var (cluster, isLocked) = await ClusterLock.ReadAsync(store, cancellationToken);
            if (needsLock && !isLocked)
            {
                throw CtlException.Failed("the datastore is not locked, and what changes after the export would be lost: 'calicoctl datastore migrate lock' first");
            }

            if (parsed.GetValue(output) is not { } file)
            {
                await WriteAsync(store, cluster, host.Context.Out, cancellationToken);
                return ExitCode.Success;
            }

            int keys;
            var beside = file + ".new";
            File.Delete(beside);
            await using (var stream = new FileStream(beside, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            await using (var text = new StreamWriter(stream, new UTF8Encoding(false)))
            {
                keys = await WriteAsync(store, cluster, text, cancellationToken);
            }

            File.Move(beside, file, overwrite: true);
            await host.Context.Out.WriteLineAsync($"Exported {keys} keys to {file}");
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>All keys as of one revision, page by page.</summary>
    private static async Task<int> WriteAsync(IKeyValueStore store, KeyValue cluster, TextWriter text, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (keys, revision) = (0, 0L);
        foreach (var prefix in Prefixes)
        {
            await foreach (var page in store.PagesAsync(RangeRequest.Prefix(prefix) with { Revision = revision }, cancellationToken))
            {
                if (revision == 0)
                {
                    revision = page.Revision;
                    await LineAsync(Encoding.UTF8.GetString(JsonText.Bytes(DatastoreFile.Header(ClusterLock.Parse(cluster), revision))));
                }

                foreach (var keyValue in page.KeyValues)
                {
                    await LineAsync(Encoding.UTF8.GetString(JsonText.Bytes(DatastoreFile.Entry(keyValue))));
                    keys++;
                }
            }
        }

        await text.WriteAsync(Encoding.UTF8.GetString(JsonText.Bytes(DatastoreFile.Footer(keys, Convert.ToHexStringLower(hash.GetCurrentHash())))) + "\n");
        return keys;

        async Task LineAsync(string line)
        {
            if (line.Contains('\n', StringComparison.Ordinal))
            {
                throw CtlException.Failed("a value cannot be written as one line");
            }

            DatastoreFile.Digest(hash, line);
            await text.WriteAsync(line + "\n");
        }
    }
}
