using System.Net;
using System.Net.Sockets;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Processes;

namespace Calico.Tests.Rig.Store;

/// <summary>
/// A real etcd: in the fabric of a rig, where every host reaches it, or on the machine's loopback. Its keys are read and written by
/// etcdctl, which is not our own code.
/// </summary>
public sealed class EtcdServer : IAsyncDisposable
{
    /// <summary>etcd's default (--max-txn-ops).</summary>
    private const int MaxTxnOps = 128;

    private const string Administrator = "root:rig-root";
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(20);
    private readonly NetworkNamespace? _namespace;
    private readonly string _directory;
    private readonly IPAddress _address;
    private readonly int _port;
    private readonly IReadOnlyList<string> _flags;
    private Daemon? _process;
    private EtcdGateway? _gateway;
    private bool _usersOn;

    private EtcdServer(NetworkNamespace? @namespace, bool tls, params IReadOnlyList<string> flags)
    {
        _namespace = @namespace;
        _flags = flags;
        _directory = RigRun.CreateDirectory("etcd");
        _address = @namespace is null ? IPAddress.Loopback : Fabric.ServiceAddress.ToIPAddress();
        _port = @namespace is null ? FreePort() : 2379;
        Tls = tls ? EtcdTls.Create(_directory, _address, IPAddress.Loopback) : null;
    }

    /// <summary>The certificates, when the server asks for them.</summary>
    public EtcdTls? Tls { get; }

    public int Pid => _process!.Pid;

    public Uri Endpoint => new($"{(Tls is null ? "http" : "https")}://{_address}:{_port}");

    /// <summary>The endpoint as confs and ETCD_ENDPOINTS spell it, without a closing slash.</summary>
    public string EndpointText => Endpoint.GetLeftPart(UriPartial.Authority);

    /// <summary>Starts etcd where the hosts of <paramref name="fabric"/> reach it; <paramref name="flags"/> are further ones of etcd's own.</summary>
    public static Task<EtcdServer> StartAsync(Fabric fabric, bool tls = false, params IReadOnlyList<string> flags)
    {
        ArgumentNullException.ThrowIfNull(fabric);
        return StartedAsync(new EtcdServer(fabric.Namespace, tls, flags));
    }

    /// <summary>Starts etcd on the machine's loopback, on a free port.</summary>
    public static Task<EtcdServer> StartOnLoopbackAsync(bool tls = false) => StartedAsync(new EtcdServer(null, tls));

    /// <summary>Starts the process on the data that is there, and waits until it answers.</summary>
    public async Task StartAsync()
    {
        var command = new Command("etcd", Arguments());
        _process = Daemon.Start(_namespace?.Enter(command) ?? command);
        await Wait.UntilAsync(
            async () => (await ControlAsync("endpoint", "health")).Succeeded, StartDeadline, () => $"etcd at {EndpointText}: {_process.LogTail}");
    }

    /// <summary>kill -9; the data stay.</summary>
    public Task KillAsync() => _process!.KillAsync();

    /// <summary>Starts the process with no data, as after the loss of its disk.</summary>
    public Task StartEmptyAsync()
    {
        Directory.Delete(Path.Combine(_directory, "data"), recursive: true);
        return StartAsync();
    }

    /// <summary>SIGSTOP: connections stay open and nothing answers.</summary>
    public Task FreezeAsync() => _process!.SignalAsync("STOP");

    public Task ThawAsync() => _process!.SignalAsync("CONT");

    /// <summary>Makes a user who may read and write Calico's keys and nothing else, and asks everybody for a user from now on.</summary>
    public async Task SwitchUsersOnAsync(string user, string password)
    {
        foreach (var command in new[]
        {
            $"user add {Administrator}", "user grant-role root root",
            "role add calico", "role grant-permission calico readwrite --prefix=true /calico/", $"user add {user}:{password}", $"user grant-role {user} calico",
            "auth enable",
        })
        {
            (await ControlAsync(command.Split(' '))).OrThrow();
        }

        _usersOn = true;
    }

    /// <summary>Every key that begins with <paramref name="prefix"/>.</summary>
    public async Task<IReadOnlyDictionary<string, StoredValue>> ReadAsync(string prefix = "/calico/") =>
        EtcdAnswer.Read((await ControlAsync("get", "--prefix", prefix, "-w", "json")).OrThrow().Stdout);

    public async Task PutAsync(string key, string value) => (await ControlAsync("put", key, value)).OrThrow();

    /// <summary>
    /// Puts, and deletes where the value is null, in transactions of as many changes as etcd allows; returns the revision of the last one.
    /// Without TLS and users only.
    /// </summary>
    public async Task<long> CommitAsync(IEnumerable<KeyValuePair<string, byte[]?>> changes)
    {
        _gateway ??= new EtcdGateway(Endpoint, _namespace);
        var revision = 0L;
        foreach (var chunk in changes.Chunk(MaxTxnOps))
        {
            revision = await _gateway.CommitAsync(chunk);
        }

        return revision;
    }

    public async Task DeleteAsync(string key) => (await ControlAsync("del", key)).OrThrow();

    public async ValueTask DisposeAsync()
    {
        _gateway?.Dispose();
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private static async Task<EtcdServer> StartedAsync(EtcdServer server)
    {
        await server.StartAsync();
        return server;
    }

    private string[] Arguments()
    {
        var client = $"{Endpoint.Scheme}://{(_namespace is null ? IPAddress.Loopback : IPAddress.Any)}:{_port}";
        var peer = $"http://127.0.0.1:{(_namespace is null ? FreePort() : 2380)}";
        string[] plain =
        [
            "--data-dir", Path.Combine(_directory, "data"), "--log-level", "error", "--logger", "zap",
            "--listen-client-urls", client, "--advertise-client-urls", EndpointText,
            "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", $"default={peer}", .. _flags,
        ];
        return Tls is null
            ? plain
            : [.. plain, "--cert-file", Tls.ServerCertFile, "--key-file", Tls.ServerKeyFile, "--trusted-ca-file", Tls.CaFile, "--client-cert-auth", "--client-crl-file", Tls.RevocationFile];
    }

    /// <summary>Runs etcdctl against this server, for what the methods above do not cover.</summary>
    public Task<CommandOutcome> ControlAsync(params string[] arguments)
    {
        string[] tls = Tls is null ? [] : ["--cacert", Tls.CaFile, "--cert", Tls.ClientCertFile, "--key", Tls.ClientKeyFile];
        var environment = new Dictionary<string, string> { ["ETCDCTL_API"] = "3" };
        if (_usersOn)
        {
            environment["ETCDCTL_USER"] = Administrator;
        }

        var command = new Command("etcdctl", [.. arguments, "--endpoints", EndpointText, .. tls])
        {
            Environment = environment,
            Deadline = TimeSpan.FromSeconds(15),
        };
        return (_namespace?.Enter(command) ?? command).RunAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
