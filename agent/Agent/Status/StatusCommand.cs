using System.CommandLine;
using System.Text.Json;
using Calico.Agent.Options;

namespace Calico.Agent.Status;

/// <summary><c>calico-agent status</c>: asks BIRD and the kernel, and reads the agent's own file. Works without etcd.</summary>
internal static class StatusCommand
{
    public static Command Create(IReadOnlyDictionary<string, string> environment)
    {
        var directory = Settings.RunDirectory.ToOption(environment);
        var output = new Option<string>("--output", "-o") { Description = "text or json", DefaultValueFactory = _ => "text" };
        output.AcceptOnlyFromAmong("text", "json");
        var command = new Command("status", "Policy, BGP sessions, routes and blocks of this node; code 1 when the agent or BIRD does not run") { directory, output };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(directory)!, parsed.GetValue(output) == "json", cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string directory, bool json, CancellationToken cancellationToken)
    {
        var report = await StatusReader.ReadAsync(directory, cancellationToken);
        Console.Out.WriteLine(json ? JsonSerializer.Serialize(report, StatusJson.Default.StatusReport) : StatusText.Of(report));
        return report.IsComplete ? 0 : 1;
    }
}
