using Calico.Tests.Rig.Processes;

namespace Calico.Tests.Netns.Runtimes;

/// <summary>podman with its CNI back end and storage of the test's own.</summary>
internal sealed class PodmanEngine : IAsyncDisposable
{
    private readonly RuntimeCluster _cluster;
    private readonly string _directory;
    private readonly List<string> _containers = [];

    private PodmanEngine(RuntimeCluster cluster, string directory)
    {
        _cluster = cluster;
        _directory = directory;
    }

    private string Rootfs => Path.Combine(_directory, "rootfs");

    private string Configuration => Path.Combine(_directory, "containers.conf");

    public static async Task<PodmanEngine> CreateAsync(RuntimeCluster cluster)
    {
        var engine = new PodmanEngine(cluster, Directory.CreateDirectory(Path.Combine(cluster.Directory, "podman")).FullName);
        await BusyboxImage.UnpackAsync(Directory.CreateDirectory(engine.Rootfs).FullName);
        // The limits podman would ask for by default are above what root in a container may have.
        await File.WriteAllTextAsync(engine.Configuration, $"""
            [containers]
            default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
            [engine]
            lock_type = "file"
            [network]
            network_backend = "cni"
            cni_plugin_dirs = ["{cluster.PluginDirectory}"]
            network_config_dir = "{cluster.ConfDirectory}"
            """);
        return engine;
    }

    /// <summary>Why no container can be run here even without a network, or null.</summary>
    public async Task<string?> CannotRunAsync()
    {
        var run = await RunAsync("run", "--rm", "--network", "none", "--rootfs", Rootfs, BusyboxImage.Program, "true");
        return run.Succeeded ? null : $"podman cannot run a container here: {run.Stderr.Trim()}";
    }

    /// <summary>Starts a container on <paramref name="network"/> that sleeps.</summary>
    public async Task StartContainerAsync(string name, string network)
    {
        _containers.Add(name);
        (await RunAsync(
            "run", "--detach", "--name", name, "--network", network, "--cap-add", "NET_RAW", "--rootfs", Rootfs, BusyboxImage.Program, "sleep", "3600")).OrThrow();
    }

    public async Task<string> InspectAsync(string name, string format) => (await RunAsync("inspect", "--format", format, name)).OrThrow().Stdout.Trim();

    public Task<CommandOutcome> ExecuteAsync(string name, params IEnumerable<string> command) => RunAsync(["exec", name, .. command]);

    public async Task RemoveContainerAsync(string name)
    {
        (await RunAsync("rm", "--force", "--time", "0", name)).OrThrow();
        _containers.Remove(name);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var container in _containers.ToArray())
        {
            await RunAsync("rm", "--force", "--time", "0", container);
        }
    }

    private Task<CommandOutcome> RunAsync(params IEnumerable<string> arguments)
    {
        string[] own =
        [
            "--root", Path.Combine(_directory, "root"), "--runroot", Path.Combine(_directory, "run"), "--tmpdir", Path.Combine(_directory, "tmp"),
            "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs", "--events-backend", "none",
        ];
        var command = new Command("podman", [.. own, .. arguments])
        {
            Environment = new Dictionary<string, string> { ["CONTAINERS_CONF"] = Configuration },
        };
        return _cluster.Host.Namespace.Enter(command).RunAsync();
    }
}
