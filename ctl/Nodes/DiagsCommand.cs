using System.CommandLine;
using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Calico.Ctl.Nodes;

/// <summary><c>calicoctl node diags</c>: one archive of what support would ask for, without secrets.</summary>
internal static class DiagsCommand
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static Command Create(CommandHost host)
    {
        var directory = NodeCommand.RunDirectory();
        var logs = new Option<string>("--log-dir") { Description = "directory of log files", HelpName = "directory", DefaultValueFactory = _ => "/var/log/calico" };
        var cni = new Option<string>("--cni-dir") { Description = "directory of network configurations", HelpName = "directory", DefaultValueFactory = _ => "/etc/cni/net.d" };
        var output = new Option<string>("--output", "-o") { Description = "the archive to write; in the temporary directory without it", HelpName = "file" };
        var command = new Command("diags", "Collects state, configuration and logs of this host in one archive; passwords, tokens and keys are taken out") { directory, logs, cni, output };
        host.On(command, async (parsed, cancellationToken) =>
        {
            var now = host.Context.Time.GetUtcNow();
            var name = $"calico-diags-{now.UtcDateTime.ToString("yyyyMMdd_HHmmss", CultureInfo.InvariantCulture)}";
            var given = parsed.GetValue(output);
            var file = given ?? Path.Combine(Path.GetTempPath(), name + ".tar.gz");
            var items = DiagsItems.All(parsed.GetValue(directory)!, parsed.GetValue(logs)!, parsed.GetValue(cni)!);

            // The temporary directory is everybody's: what lies there under this name is not written through.
            await using var stream = new FileStream(file, new FileStreamOptions { Mode = given is null ? FileMode.CreateNew : FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
            await using var zip = new GZipStream(stream, CompressionLevel.Optimal);
            await using var archive = new TarWriter(zip);
            foreach (var item in items)
            {
                await host.Context.Error.WriteLineAsync($"collecting {item.Name}");
                var text = Encoding.UTF8.GetBytes(Redactor.Redact(await ReadAsync(item, cancellationToken)));
                using var content = new MemoryStream(text);
                await archive.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, $"{name}/{item.Name}") { DataStream = content, Mode = OwnerOnly, ModificationTime = now }, cancellationToken);
            }

            await host.Context.Out.WriteLineAsync($"Diags saved to {file}");
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>What cannot be collected says why, in its place.</summary>
    private static async Task<string> ReadAsync(DiagsItem item, CancellationToken cancellationToken)
    {
        try
        {
            return await item.Read(cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TimeoutException or Linux.Netlink.NetlinkException)
        {
            return $"not collected: {e.Message}";
        }
    }
}
