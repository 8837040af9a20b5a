using System.CommandLine;
using System.Text.Json;
using Calico.Agent.Options;
using Calico.Agent.Status;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Agent.Purge;

/// <summary><c>calico-agent purge</c>: the host as it was before the first agent.</summary>
internal static class PurgeCommand
{
    public static Command Create(IReadOnlyDictionary<string, string> environment)
    {
        var run = Settings.RunDirectory.ToOption(environment);
        var library = Settings.LibraryDirectory.ToOption(environment);
        var prefixes = Settings.InterfacePrefix.ToOption(environment);
        var output = new Option<string>("--output", "-o") { Description = "text or json", DefaultValueFactory = _ => "text" };
        output.AcceptOnlyFromAmong("text", "json");
        var dryRun = new Option<bool>("--dry-run") { Description = "only say what would be removed" };
        var force = new Option<bool>("--force") { Description = "also while an agent runs on this host, which will put its rules back" };
        var command = new Command(
            "purge",
            "Removes everything of ours from this host: pods' devices, rules, IP sets, BIRD and its routes, files, and kernel settings as they were. The datastore is left alone. Code 1 when something is left")
        {
            run, library, prefixes, output, dryRun, force,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new PurgeOptions(
                parsed.GetValue(run)!,
                parsed.GetValue(library)!,
                parsed.GetValue(prefixes)!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                parsed.GetValue(dryRun)),
            parsed.GetValue(force),
            parsed.GetValue(output) == "json",
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(PurgeOptions options, bool force, bool json, CancellationToken cancellationToken)
    {
        if (!force && !options.DryRun && StatusFile.Read(options.RunDirectory) is { } agent && StatusFile.IsRunning(agent))
        {
            await Console.Error.WriteLineAsync($"calico-agent runs on this host (process {agent.ProcessId}): stop it first, or use --force");
            return 1;
        }

        var report = await new HostPurge(options, NullLogger.Instance, TimeProvider.System).RunAsync(cancellationToken);
        Console.Out.WriteLine(json ? JsonSerializer.Serialize(report, PurgeJson.Default.PurgeReport) : Text(report));
        return report.Left.Count == 0 ? 0 : 1;
    }

    private static string Text(PurgeReport report)
    {
        var verb = report.DryRun ? "would remove" : "removed";
        string[] lines = [.. report.Removed.Select(what => $"{verb} {what}"), .. report.Left.Select(what => $"LEFT {what}")];
        return lines.Length > 0 ? string.Join('\n', lines) : "nothing of ours is on this host";
    }
}
