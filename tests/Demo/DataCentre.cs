using Calico.Model.Net;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Cni;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Probing;
using Calico.Tests.Rig.Processes;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Demo;

/// <summary>The demo's data centre: a fabric, two hosts, etcd, an agent with BIRD on each host, five containers.</summary>
internal sealed class DataCentre : IAsyncDisposable
{
    private const int HostCount = 2;
    private static readonly TimeSpan SessionDeadline = TimeSpan.FromSeconds(30);
    private readonly List<AgentProcess> _agents = [];
    private readonly List<Pod> _pods = [];
    private readonly List<Container> _containers = [];
    private Fabric? _fabric;
    private EtcdServer? _etcd;
    private Prober? _prober;

    public Fabric Fabric => _fabric ?? throw new InvalidOperationException("the fabric is not built yet");

    public EtcdServer Etcd => _etcd ?? throw new InvalidOperationException("etcd is not started yet");

    public Prober Prober => _prober ??= new Prober(Fabric.Namespace);

    public IReadOnlyList<Host> Hosts => Fabric.Hosts;

    public IReadOnlyList<AgentProcess> Agents => _agents;

    public IReadOnlyList<Container> Containers => _containers;

    public async Task BuildFabricAsync() => _fabric = await Fabric.CreateAsync(HostCount);

    public async Task StartEtcdAsync() => _etcd = await EtcdServer.StartAsync(Fabric);

    public async Task StartAgentsAsync()
    {
        foreach (var host in Hosts)
        {
            _agents.Add(await AgentProcess.StartAsync(host, Etcd));
        }
    }

    /// <summary>Calls the plugin once for each container, the way a runtime does.</summary>
    public async Task AddContainersAsync()
    {
        foreach (var placement in Placement.All)
        {
            var host = Hosts[placement.Host];
            var pod = await Pod.CreateAsync(host, placement.Name);
            _pods.Add(pod);
            var conf = CniConf.Calico(host, Etcd, placement.Network);
            var added = await new CniCaller(host).AddAsync(pod, conf);
            var device = (string)added.Result["interfaces"]![0]!["name"]!;
            _containers.Add(new Container(placement, pod, conf, added.Address(IpFamily.IPv4), added.Address(IpFamily.IPv6), device));
        }
    }

    /// <summary>Waits until every host has the other's blocks in its routing table, both families.</summary>
    public async Task AwaitRoutesAsync()
    {
        foreach (var host in Hosts)
        {
            foreach (var address in _containers.Where(other => other.Pod.Host != host).SelectMany(other => new[] { other.Address4, other.Address6 }))
            {
                await Wait.UntilAsync(() => HasBgpRouteAsync(host, address), SessionDeadline, () => $"a BGP route to {address} on {host}");
            }
        }
    }

    /// <summary>Writes (or with null deletes) an object, and waits until every host enforces what follows from it.</summary>
    public async Task CommitAsync(KeyValuePair<string, byte[]?> change)
    {
        var revision = await Etcd.CommitAsync([change]);
        await Task.WhenAll(_agents.Select(agent => agent.WaitUntilProgrammedAsync(revision)));
    }

    /// <summary>DEL for every container.</summary>
    public async Task RemoveContainersAsync()
    {
        foreach (var container in _containers)
        {
            (await new CniCaller(container.Pod.Host).DelAsync(container.Pod, container.Conf)).OrThrow();
        }
    }

    /// <summary>Stops and removes everything; a second call finds nothing left to do.</summary>
    public async ValueTask DisposeAsync()
    {
        _prober?.Dispose();
        _prober = null;
        await Task.WhenAll(_agents.Select(agent => agent.DisposeAsync().AsTask()));
        _agents.Clear();
        await Task.WhenAll(_pods.Select(pod => pod.DisposeAsync().AsTask()));
        _pods.Clear();
        if (_etcd is not null)
        {
            await _etcd.DisposeAsync();
            _etcd = null;
        }

        if (_fabric is not null)
        {
            await _fabric.DisposeAsync();
            _fabric = null;
        }
    }

    private static async Task<bool> HasBgpRouteAsync(Host host, IpAddress address) =>
        (await host.Kernel.RoutesAsync(address.Family)).Any(route =>
            (string?)route["protocol"] == "bird" && Cidr.TryParse((string?)route["dst"], out var destination) && destination.Contains(address));
}
