using System.Text.Json.Nodes;
using Calico.Model.Net;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Audit;
using Calico.Tests.Rig.Cni;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Processes;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Netns.Runtimes;

/// <summary>Two hosts with agents and BIRD: containers are run by a real runtime on the first, the second has one pod to talk to.</summary>
internal sealed class RuntimeCluster : IAsyncDisposable
{
    public const string Network = "k8s-pod-network";
    private static readonly TimeSpan ConvergenceDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CleanDeadline = TimeSpan.FromSeconds(10);
    private readonly Stack<IAsyncDisposable> _owned = new();
    private readonly Fabric _fabric;
    private readonly EtcdServer _etcd;

    private RuntimeCluster(Fabric fabric, EtcdServer etcd)
    {
        _fabric = fabric;
        _etcd = etcd;
        _owned.Push(fabric);
        _owned.Push(etcd);
        Directory = RigRun.CreateDirectory("runtime");
    }

    /// <summary>Scratch space of the test.</summary>
    public string Directory { get; }

    /// <summary>Where the runtime runs.</summary>
    public Host Host => _fabric.Hosts[0];

    /// <summary>The address of a pod on the other host.</summary>
    public IpAddress RemoteAddress { get; private set; }

    /// <summary>One directory with our plugins and Debian's, as a node has it.</summary>
    public string PluginDirectory => Path.Combine(Directory, "bin");

    /// <summary>A directory with <c>10-calico.conflist</c> and nothing else.</summary>
    public string ConfDirectory => Path.Combine(Directory, "net.d");

    public static async Task<RuntimeCluster> StartAsync()
    {
        var fabric = await Fabric.CreateAsync(2);
        var cluster = new RuntimeCluster(fabric, await EtcdServer.StartAsync(fabric));
        try
        {
            await cluster.PrepareAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The container reaches the remote pod and is reached by its host's neighbour, once BGP has told the hosts about each other's blocks.</summary>
    public async Task ConnectsAsync(IpAddress container, Func<IpAddress, Task<bool>> pingFromContainer)
    {
        var remote = _fabric.Hosts[1].Namespace;
        await Wait.UntilAsync(() => pingFromContainer(RemoteAddress), ConvergenceDeadline, () => $"the container's way to {RemoteAddress}");
        Assert.That(await Reachability.PingAsync(remote, container), Is.True, $"{remote.Name} reaches {container}");
    }

    /// <summary>What the store says lives on the runtime's host.</summary>
    public async Task<IReadOnlyList<StoredEndpoint>> EndpointsAsync() =>
        [.. (await StoreAudit.ReadAsync(_etcd)).Endpoints.Where(endpoint => endpoint.Node == Host.NodeName)];

    /// <summary>Nothing of any container is left, in the store or in the kernel.</summary>
    public async Task IsEmptyAsync()
    {
        Assert.That(await HostAudit.ProblemsAsync(_etcd, _fabric.Hosts, CleanDeadline), Is.Empty);
        Assert.That(await EndpointsAsync(), Is.Empty);
        Assert.That(await Host.Kernel.PodDevicesAsync(), Is.Empty);
    }

    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out var thing))
        {
            await thing.DisposeAsync();
        }

        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private async Task PrepareAsync()
    {
        foreach (var host in _fabric.Hosts)
        {
            _owned.Push(await AgentProcess.StartAsync(host, _etcd));
        }

        await Seed.AllowAllAsync(_etcd);
        var other = _fabric.Hosts[1];
        var pod = await Pod.CreateKubernetesAsync(other, "remote");
        _owned.Push(pod);
        RemoteAddress = (await new CniCaller(other).AddAsync(pod, CniConf.Calico(other, _etcd))).Address(IpFamily.IPv4);
        WritePlugins();
        await WriteConfAsync();
    }

    private void WritePlugins()
    {
        System.IO.Directory.CreateDirectory(PluginDirectory);
        foreach (var plugin in (string[])[Binaries.Calico, Binaries.CalicoIpam, .. System.IO.Directory.GetFiles(Binaries.ReferencePlugins)])
        {
            File.CreateSymbolicLink(Path.Combine(PluginDirectory, Path.GetFileName(plugin)), plugin);
        }
    }

    private async Task WriteConfAsync()
    {
        System.IO.Directory.CreateDirectory(ConfDirectory);
        var portmap = new JsonObject
        {
            ["type"] = "portmap",
            ["snat"] = true,
            ["capabilities"] = new JsonObject { ["portMappings"] = true },
        };
        var list = new JsonObject
        {
            ["name"] = Network,
            ["cniVersion"] = "1.0.0",
            // The list speaks for its plugins: name and version are libcni's to fill in.
            ["plugins"] = new JsonArray(CniConf.Calico(Host, _etcd).With(("name", null), ("cniVersion", null)), portmap),
        };
        await File.WriteAllTextAsync(Path.Combine(ConfDirectory, "10-calico.conflist"), list.ToJsonString());
    }
}
