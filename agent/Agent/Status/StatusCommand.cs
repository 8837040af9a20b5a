using System.CommandLine;
using System.Text.Json;
using Calico.Agent.Options;
using Calico.Agent.Routing;
using Calico.Linux.Netlink;
using Calico.Model.Net;

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
        var report = await ReadAsync(directory, cancellationToken);
        Console.Out.WriteLine(json ? JsonSerializer.Serialize(report, StatusJson.Default.StatusReport) : StatusText.Of(report));
        return report.AgentRunning && (report.BirdRunning || report.Agent!.Backend != "bird") ? 0 : 1;
    }

    private static async Task<StatusReport> ReadAsync(string directory, CancellationToken cancellationToken)
    {
        var agent = StatusFile.Read(directory);
        var (running, sessions) = await ReadSessionsAsync(new BirdPaths("", directory).ControlSocket, cancellationToken);
        return new StatusReport
        {
            AgentRunning = agent is not null && StatusFile.IsRunning(agent),
            Agent = agent,
            BirdRunning = running,
            Sessions = sessions,
            Routes = Routes(),
        };
    }

    private static async Task<(bool Running, IReadOnlyList<SessionStatus> Sessions)> ReadSessionsAsync(string socket, CancellationToken cancellationToken)
    {
        try
        {
            return (true, await BirdDriver.ReadSessionsAsync(socket, cancellationToken));
        }
        catch (IOException)
        {
            return (false, []);
        }
    }

    private static List<string> Routes()
    {
        using var kernel = RouteSocket.Open();
        var names = kernel.Links().ToDictionary(link => link.Index, link => link.Name);
        return [.. kernel.Routes(IpFamily.IPv4).Concat(kernel.Routes(IpFamily.IPv6))
            .Where(route => route.Protocol == Route.BirdProtocol)
            .OrderBy(route => route.Destination)
            .Select(route => route.Type == RouteType.Blackhole
                ? $"blackhole {route.Destination}"
                : $"{route.Destination} via {route.Gateway?.ToString() ?? "several"} dev {names.GetValueOrDefault(route.OutIfIndex, "several")}")];
    }
}
