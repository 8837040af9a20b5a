using System.Text.Json.Nodes;
using Calico.Tests.Rig.Audit;
using Calico.Tests.Rig.Cni;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Rig;

/// <summary>A fabric with hosts, a real etcd, an agent on each host if wanted, and the pods that a test makes on them.</summary>
public sealed class Cluster : IAsyncDisposable
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);
    private readonly List<AgentProcess> _agents = [];
    private readonly List<Pod> _pods = [];

    private Cluster(Fabric fabric, EtcdServer etcd)
    {
        Fabric = fabric;
        Etcd = etcd;
    }

    public Fabric Fabric { get; }

    public EtcdServer Etcd { get; }

    public IReadOnlyList<Host> Hosts => Fabric.Hosts;

    /// <summary>The agents in the order of the hosts; empty when started without.</summary>
    public IReadOnlyList<AgentProcess> Agents => _agents;

    /// <summary>Starts hosts, etcd and an agent on each host.</summary>
    public static async Task<Cluster> StartAsync(int hosts, bool tls = false)
    {
        var cluster = await StartWithoutAgentsAsync(hosts, tls);
        foreach (var host in cluster.Hosts)
        {
            cluster._agents.Add(await AgentProcess.StartAsync(host, cluster.Etcd));
        }

        return cluster;
    }

    /// <summary>Starts hosts and an empty etcd; <paramref name="etcdFlags"/> are further ones of etcd's own.</summary>
    public static async Task<Cluster> StartWithoutAgentsAsync(
        int hosts, bool tls = false, FabricShape shape = FabricShape.Flat, params IReadOnlyList<string> etcdFlags)
    {
        var fabric = await Fabric.CreateAsync(hosts, shape);
        return new Cluster(fabric, await EtcdServer.StartAsync(fabric, tls, etcdFlags));
    }

    /// <summary>Starts an agent on a host, with settings of its own.</summary>
    public async Task<AgentProcess> StartAgentAsync(Host host, params (string Name, string Value)[] settings)
    {
        var agent = LaunchAgent(host, settings);
        await agent.WaitUntilReadyAsync();
        return agent;
    }

    /// <summary>The same without waiting until it answers.</summary>
    public AgentProcess LaunchAgent(Host host, params (string Name, string Value)[] settings)
    {
        var agent = AgentProcess.Launch(host, Etcd, settings);
        _agents.Add(agent);
        return agent;
    }

    public JsonObject Conf(int host = 0, string version = "1.1.0") => CniConf.Calico(Hosts[host], Etcd, version: version);

    public CniCaller Caller(int host = 0) => new(Hosts[host]);

    /// <summary>Makes a container outside Kubernetes, gone at the end of the test.</summary>
    public async Task<Pod> PodAsync(int host = 0, string name = "pod") => Keep(await Pod.CreateAsync(Hosts[host], name));

    public async Task<IReadOnlyList<Pod>> PodsAsync(int count, int host = 0)
    {
        var pods = new List<Pod>();
        while (pods.Count < count)
        {
            pods.Add(await PodAsync(host));
        }

        return pods;
    }

    public async Task<Pod> KubernetesPodAsync(string name, string kubernetesNamespace, int host = 0) =>
        Keep(await Pod.CreateKubernetesAsync(Hosts[host], name, kubernetesNamespace));

    /// <summary>Waits a moment for store and hosts to agree; what is still wrong, or nothing.</summary>
    public Task<IReadOnlyList<string>> ProblemsAsync() => HostAudit.ProblemsAsync(Etcd, Hosts, Settling);

    /// <summary>What is left when every pod was deleted: contradictions, addresses, endpoints, devices.</summary>
    public async Task<IReadOnlyList<string>> LeftoversAsync()
    {
        var problems = new List<string>(await ProblemsAsync());
        var audit = await StoreAudit.ReadAsync(Etcd);
        problems.AddRange(audit.Allocations.Select(pair => $"{pair.Key} is held by {pair.Value}"));
        problems.AddRange(audit.Endpoints.Select(endpoint => $"{endpoint.Key} is there"));
        foreach (var host in Hosts)
        {
            problems.AddRange((await host.Kernel.PodDevicesAsync()).Select(device => $"{host} has {device}"));
        }

        return problems;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_agents.Select(agent => agent.DisposeAsync().AsTask()));
        foreach (var pod in _pods)
        {
            await pod.DisposeAsync();
        }

        await Etcd.DisposeAsync();
        await Fabric.DisposeAsync();
    }

    private Pod Keep(Pod pod)
    {
        _pods.Add(pod);
        return pod;
    }
}
