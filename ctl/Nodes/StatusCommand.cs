using System.CommandLine;
using System.Net.Sockets;
using System.Text.Json;
using Calico.Agent.Status;

namespace Calico.Ctl.Nodes;

/// <summary><c>calicoctl node status</c>.</summary>
internal static class StatusCommand
{
    public static Command Create(CommandHost host)
    {
        var directory = NodeCommand.RunDirectory();
        var output = new Option<string>("--output", "-o") { Description = "text or json", DefaultValueFactory = _ => "text" };
        output.AcceptOnlyFromAmong("text", "json");
        var command = new Command("status", "BGP sessions with the cause when one is down, routes, policy and its latency; code 1 when the agent or BIRD does not run") { directory, output };
        host.On(command, async (parsed, cancellationToken) =>
        {
            var report = await ReadAsync(parsed.GetValue(directory)!, cancellationToken);
            await host.Context.Out.WriteLineAsync(parsed.GetValue(output) == "json" ? JsonSerializer.Serialize(report, StatusJson.Default.StatusReport) : NodeText.Of(report));
            return report.IsComplete ? ExitCode.Success : ExitCode.Failed;
        });
        return command;
    }

    /// <summary>The agent may run in a container with process ids of its own: whether it runs is known by whether its socket answers.</summary>
    public static async Task<StatusReport> ReadAsync(string directory, CancellationToken cancellationToken) =>
        await StatusReader.ReadAsync(directory, cancellationToken) with { AgentRunning = await AnswersAsync(Path.Combine(directory, "agent.sock"), cancellationToken) };

    private static async Task<bool> AnswersAsync(string path, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
