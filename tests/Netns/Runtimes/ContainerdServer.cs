using System.Net.Sockets;
using Calico.Tests.Netns.Runtimes.Cri;
using Calico.Tests.Rig.Processes;

namespace Calico.Tests.Netns.Runtimes;

/// <summary>A containerd of the test's own: its state, its socket and its CNI directories are the test's.</summary>
internal sealed class ContainerdServer : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan EndDeadline = TimeSpan.FromSeconds(10);
    private readonly RuntimeCluster _cluster;
    private readonly Daemon _process;
    private readonly List<string> _sandboxes = [];

    private ContainerdServer(RuntimeCluster cluster, string config)
    {
        _cluster = cluster;
        _process = Daemon.Start(cluster.Host.Namespace.Enter(new Command("containerd", "--config", config)));
        Cri = new CriClient(Socket);
    }

    public CriClient Cri { get; }

    private string Directory => Path.Combine(_cluster.Directory, "containerd");

    private string Socket => SocketIn(Directory);

    /// <summary>Starts it on the cluster's first host with the busybox image loaded.</summary>
    public static async Task<ContainerdServer> StartAsync(RuntimeCluster cluster)
    {
        var directory = System.IO.Directory.CreateDirectory(Path.Combine(cluster.Directory, "containerd")).FullName;
        var config = Path.Combine(directory, "config.toml");
        await File.WriteAllTextAsync(config, Config(cluster, directory));
        var server = new ContainerdServer(cluster, config);
        try
        {
            await Wait.UntilAsync(() => Task.FromResult(server.Answers()), StartDeadline, () => $"containerd: {server._process.LogTail}");
            await server.LoadImageAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Why no container can be run here even without a network, or null.</summary>
    public async Task<string?> CannotRunAsync()
    {
        var rootfs = Path.Combine(_cluster.Directory, "probe");
        await BusyboxImage.UnpackAsync(System.IO.Directory.CreateDirectory(rootfs).FullName);
        var run = await ControlAsync("run", "--rm", "--net-host", "--rootfs", rootfs, "probe", BusyboxImage.Program, "true");
        return run.Succeeded ? null : $"containerd cannot run a container here: {run.Stderr.Trim()}";
    }

    /// <summary>Runs a pod sandbox and returns its id.</summary>
    public async Task<string> RunSandboxAsync(PodSandboxConfig config)
    {
        var id = (await Cri.RunPodSandboxAsync(config)).PodSandboxId;
        _sandboxes.Add(id);
        return id;
    }

    public async Task RemoveSandboxAsync(string id)
    {
        await Cri.StopPodSandboxAsync(id);
        await Cri.RemovePodSandboxAsync(id);
        _sandboxes.Remove(id);
    }

    public async ValueTask DisposeAsync()
    {
        // Containers outlive containerd, so those of a test that failed are removed while it still runs.
        foreach (var sandbox in _sandboxes.ToArray())
        {
            await RemoveSandboxAsync(sandbox);
        }

        Cri.Dispose();
        await _process.TerminateAsync(EndDeadline);
        await _process.DisposeAsync();
    }

    private static string SocketIn(string directory) => Path.Combine(directory, "containerd.sock");

    private async Task LoadImageAsync()
    {
        var image = Path.Combine(Directory, "busybox.tar");
        await BusyboxImage.WriteLayoutAsync(image);
        (await ControlAsync("--namespace", "k8s.io", "images", "import", "--snapshotter", "native", image)).OrThrow();
    }

    private Task<CommandOutcome> ControlAsync(params IEnumerable<string> arguments) =>
        _cluster.Host.Namespace.Enter(new Command("ctr", ["--address", Socket, .. arguments])).RunAsync();

    private bool Answers()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(Socket));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // "native" copies files instead of mounting overlays, which do not nest. OOM scores below our own need a capability that root in
    // a container may lack.
    private static string Config(RuntimeCluster cluster, string directory) =>
        $"""
        version = 2
        root = "{directory}/root"
        state = "{directory}/state"
        [grpc]
          address = "{SocketIn(directory)}"
        [plugins."io.containerd.grpc.v1.cri"]
          sandbox_image = "{BusyboxImage.Name}"
          restrict_oom_score_adj = true
          disable_apparmor = true
          [plugins."io.containerd.grpc.v1.cri".containerd]
            snapshotter = "native"
          [plugins."io.containerd.grpc.v1.cri".cni]
            bin_dir = "{cluster.PluginDirectory}"
            conf_dir = "{cluster.ConfDirectory}"
        """;
}
