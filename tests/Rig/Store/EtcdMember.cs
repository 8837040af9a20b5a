using System.Globalization;
using Calico.Model.Net;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Processes;

namespace Calico.Tests.Rig.Store;

/// <summary>One member of an etcd of several, a machine of its own on the fabric.</summary>
public sealed class EtcdMember : IAsyncDisposable
{
    private const int ClientPort = 2379;
    private const int PeerPort = 2380;
    private const int PrefixLength = 24;

    /// <summary>Above the hosts of any rig.</summary>
    private const int FirstAddress = 200;

    private readonly NetworkNamespace _machine;
    private readonly string _directory;
    private Daemon? _process;
    private Daemon? _slowness;

    private EtcdMember(NetworkNamespace machine, int number)
    {
        _machine = machine;
        Name = string.Create(CultureInfo.InvariantCulture, $"etcd{number}");
        Address = IpAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"172.18.0.{FirstAddress + number}"));
        _directory = RigRun.CreateDirectory(Name);
    }

    public string Name { get; }

    public IpAddress Address { get; }

    public string Endpoint => $"http://{Address}:{ClientPort}";

    public string PeerUrl => $"http://{Address}:{PeerPort}";

    public int Pid => _process!.Pid;

    /// <summary>The switch's end of its link.</summary>
    public string Port => Name;

    public static async Task<EtcdMember> CreateAsync(Fabric fabric, int number)
    {
        ArgumentNullException.ThrowIfNull(fabric);
        var member = new EtcdMember(await NetworkNamespace.CreateAsync("etcd"), number);
        await fabric.AttachAsync(member._machine, member.Port, InterfaceAddress.Parse($"{member.Address}/{PrefixLength}"));
        return member;
    }

    /// <summary>Starts the process on the data that is there; does not wait.</summary>
    /// <param name="cluster">All members as <c>NAME=PEER-URL</c>, with commas between.</param>
    public void Start(string cluster) => _process = Daemon.Start(_machine.Enter(new Command(
        "etcd",
        "--name", Name, "--data-dir", Path.Combine(_directory, "data"), "--log-level", "error", "--logger", "zap",
        "--listen-client-urls", $"http://0.0.0.0:{ClientPort}", "--advertise-client-urls", Endpoint,
        "--listen-peer-urls", PeerUrl, "--initial-advertise-peer-urls", PeerUrl, "--initial-cluster", cluster,
        "--heartbeat-interval", "50", "--election-timeout", "500",
        // A long run writes more than the default quota holds.
        "--auto-compaction-mode", "revision", "--auto-compaction-retention", "5000", "--snapshot-count", "10000")));

    public Task KillAsync() => _process!.KillAsync();

    /// <summary>SIGSTOP: its connections stay open and nothing answers.</summary>
    public Task FreezeAsync() => _process!.SignalAsync("STOP");

    public Task ThawAsync() => _process!.SignalAsync("CONT");

    /// <summary>From now on every fdatasync(2) of the member takes this much longer: a slow disk, put in place by strace.</summary>
    public void SlowDown(TimeSpan delay) => _slowness = Daemon.Start(new Command(
        "strace", "--quiet=all", "-f", "-o", "/dev/null", "-p", _process!.Pid.ToString(CultureInfo.InvariantCulture), "-e", "trace=fdatasync,fsync",
        "-e", string.Create(CultureInfo.InvariantCulture, $"inject=fdatasync,fsync:delay_enter={(long)delay.TotalMicroseconds}")));

    public async Task SpeedUpAsync()
    {
        if (_slowness is not null)
        {
            // SIGTERM: strace lets go of the process that it holds.
            await _slowness.TerminateAsync(TimeSpan.FromSeconds(5));
            await _slowness.DisposeAsync();
            _slowness = null;
        }
    }

    public string LogTail => _process?.LogTail ?? "";

    public async ValueTask DisposeAsync()
    {
        await SpeedUpAsync();
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        await _machine.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
