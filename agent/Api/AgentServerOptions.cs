namespace Calico.Agent.Api;

/// <summary>Where the agent listens, and how long it bears with whom.</summary>
public sealed record AgentServerOptions
{
    public const string DefaultSocketPath = "/var/run/calico/agent.sock";

    /// <summary>At most 107 bytes, the kernel's limit for such a path.</summary>
    public string SocketPath { get; init; } = DefaultSocketPath;

    /// <summary>For a whole request to arrive, from the connection or from the reply before it.</summary>
    public TimeSpan ReadDeadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For a request to be served; less than the 30 s of the plugin, which shall hear the error.</summary>
    public TimeSpan ServeDeadline { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>For a reply to be taken.</summary>
    public TimeSpan WriteDeadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For the requests under way to end when the server stops.</summary>
    public TimeSpan DrainDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Connections served at once; more wait in the kernel's queue.</summary>
    public int MaxConnections { get; init; } = 512;
}
