using Calico.Agent.Routing;
using Calico.Linux.Netlink;
using Calico.Model.Net;

namespace Calico.Agent.Status;

/// <summary>Reads how this host's agent and BIRD are: asks BIRD and the kernel, and reads the agent's own file. Works without etcd.</summary>
public static class StatusReader
{
    /// <param name="directory">The agent's run directory.</param>
    public static async Task<StatusReport> ReadAsync(string directory, CancellationToken cancellationToken)
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
