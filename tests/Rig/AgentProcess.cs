using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Processes;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Rig;

/// <summary><c>calico-agent run</c> on a host of the rig, with the host's own directories.</summary>
public sealed class AgentProcess : IAsyncDisposable
{
    private static readonly TimeSpan ReadyDeadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ProgrammedDeadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan EndDeadline = TimeSpan.FromSeconds(10);
    private readonly Host _host;
    private readonly Dictionary<string, string> _environment;
    private Daemon? _process;

    private AgentProcess(Host host, Dictionary<string, string> environment)
    {
        _host = host;
        _environment = environment;
    }

    public int Pid => Process.Pid;

    public bool IsRunning => _process is { IsRunning: true };

    public int ExitCode => Process.ExitCode;

    /// <summary>What it wrote to standard output and standard error since its last start.</summary>
    public IReadOnlyCollection<string> Log => Process.Log;

    private Daemon Process => _process ?? throw new InvalidOperationException($"no agent was started on {_host}");

    /// <summary>Starts an agent and waits until it answers on its socket. <paramref name="settings"/> are environment variables on top of the rig's own.</summary>
    public static async Task<AgentProcess> StartAsync(Host host, EtcdServer etcd, params (string Name, string Value)[] settings)
    {
        var agent = Launch(host, etcd, settings);
        await agent.WaitUntilReadyAsync();
        return agent;
    }

    /// <summary>Starts an agent without waiting until it answers.</summary>
    public static AgentProcess Launch(Host host, EtcdServer etcd, params (string Name, string Value)[] settings)
    {
        ArgumentNullException.ThrowIfNull(etcd);
        var tls = etcd.Tls is { } files
            ? new (string, string)[] { ("ETCD_CA_CERT_FILE", files.CaFile), ("ETCD_CERT_FILE", files.ClientCertFile), ("ETCD_KEY_FILE", files.ClientKeyFile) }
            : [];
        return Launch(host, etcd.EndpointText, [.. tls, .. settings ?? []]);
    }

    /// <summary>The same for any number of endpoints.</summary>
    public static AgentProcess Launch(Host host, string etcdEndpoints, params (string Name, string Value)[] settings)
    {
        ArgumentNullException.ThrowIfNull(host);
        var environment = EnvironmentOf(host, etcdEndpoints);
        foreach (var (name, value) in settings ?? [])
        {
            environment[name] = value;
        }

        var agent = new AgentProcess(host, environment);
        agent.Launch();
        return agent;
    }

    /// <summary>Starts it again after it ended, and waits until it answers.</summary>
    public async Task RestartAsync()
    {
        Launch();
        await WaitUntilReadyAsync();
    }

    /// <summary>Starts it again without waiting.</summary>
    public void Launch() =>
        _process = Daemon.Start(_host.Namespace.Enter(new Command(Binaries.Agent, "run") { Environment = _environment }));

    public Task WaitUntilReadyAsync() => Wait.UntilAsync(
        () => Process.IsRunning ? Task.FromResult(Answers()) : throw new InvalidOperationException($"the agent of {_host} ended: {Process.LogTail}"),
        ReadyDeadline,
        () => $"the agent of {_host} on {_host.AgentSocket}: {Process.LogTail}");

    /// <summary>What the agent last wrote about itself; null when there is nothing yet, or half of it.</summary>
    public JsonNode? Status()
    {
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(Path.Combine(_host.RunDirectory, "agent-status.json")));
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Waits until what etcd held at <paramref name="revision"/> is in the kernel of this host.</summary>
    public Task WaitUntilProgrammedAsync(long revision) => Wait.UntilAsync(
        () => Task.FromResult(Status() is { } status && (int?)status["processId"] == Pid && (long?)status["policy"]?["revision"] >= revision),
        ProgrammedDeadline,
        () => $"revision {revision} in the kernel of {_host}; status {Status()?.ToJsonString()}; {Process.LogTail}");

    /// <summary>kill -9.</summary>
    public Task KillAsync() => Process.KillAsync();

    /// <summary>SIGSTOP: its socket takes connections and nothing answers.</summary>
    public Task FreezeAsync() => Process.SignalAsync("STOP");

    public Task ThawAsync() => Process.SignalAsync("CONT");

    /// <summary>SIGTERM; returns whether it ended by itself within the grace of 10 s.</summary>
    public Task<bool> TerminateAsync() => Process.TerminateAsync(EndDeadline);

    /// <summary>Runs another command of the program on the same host with the same settings, for example <c>status</c>.</summary>
    public Task<CommandOutcome> RunAsync(params IReadOnlyList<string> arguments) =>
        _host.Namespace.Enter(new Command(Binaries.Agent, arguments) { Environment = _environment }).RunAsync();

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.TerminateAsync(EndDeadline);
            await _process.DisposeAsync();
        }
    }

    private static Dictionary<string, string> EnvironmentOf(Host host, string etcdEndpoints) =>
        new()
        {
            ["ETCD_ENDPOINTS"] = etcdEndpoints,
            ["NODENAME"] = host.NodeName,
            ["IP"] = "autodetect",
            ["IP6"] = "autodetect",
            ["CALICO_NETWORKING_BACKEND"] = "bird",
            ["CALICO_AGENT_SOCKET"] = host.AgentSocket,
            ["CALICO_RUN_DIR"] = host.RunDirectory,
            ["CALICO_LIB_DIR"] = host.LibraryDirectory,
        };

    private bool Answers()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(_host.AgentSocket));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
