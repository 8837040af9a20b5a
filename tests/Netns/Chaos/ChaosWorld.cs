using Calico.Tests.Rig;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Processes;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Netns.Chaos;

/// <summary>All that runs: hosts with their agents, an etcd of three, a Kubernetes that knows the pods, and the controller that takes back what is left over.</summary>
internal sealed class ChaosWorld : IAsyncDisposable
{
    private readonly List<AgentProcess> _agents = [];

    private ChaosWorld(Fabric fabric, EtcdMembers etcd)
    {
        Fabric = fabric;
        Etcd = etcd;
        Kubernetes = ChaosKubernetes.Start(fabric);
        Controller = ControllerProcess.Start(fabric, etcd.EndpointText, Kubernetes.Kubeconfig);
    }

    public Fabric Fabric { get; }

    public EtcdMembers Etcd { get; }

    public ChaosKubernetes Kubernetes { get; }

    public ControllerProcess Controller { get; }

    /// <summary>In the order of the hosts.</summary>
    public IReadOnlyList<AgentProcess> Agents => _agents;

    public static async Task<ChaosWorld> StartAsync(int hosts, int members)
    {
        var fabric = await Fabric.CreateAsync(hosts);
        var world = new ChaosWorld(fabric, await EtcdMembers.StartAsync(fabric, members));
        foreach (var host in fabric.Hosts)
        {
            world._agents.Add(AgentProcess.Launch(host, world.Etcd.EndpointText));
            await world._agents[^1].WaitUntilReadyAsync();
        }

        return world;
    }

    /// <summary>Waits until everything answers again.</summary>
    public async Task RecoverAsync()
    {
        await Etcd.WaitUntilHealthyAsync();
        await Task.WhenAll(_agents.Select(agent => agent.WaitUntilReadyAsync()));
        if (!Controller.IsRunning)
        {
            await Controller.RestartAsync();
        }
    }

    /// <summary><c>calicoctl ipam check</c>, which asks Kubernetes, too.</summary>
    public Task<CommandOutcome> CheckAsync() => Fabric.Namespace.Enter(new Command(Binaries.Ctl, "ipam", "check", "--kubeconfig", Kubernetes.Kubeconfig)
    {
        Environment = new Dictionary<string, string> { ["ETCD_ENDPOINTS"] = Etcd.EndpointText },
    }).RunAsync();

    public async ValueTask DisposeAsync()
    {
        await Controller.DisposeAsync();
        await Task.WhenAll(_agents.Select(agent => agent.DisposeAsync().AsTask()));
        await Kubernetes.DisposeAsync();
        await Etcd.DisposeAsync();
        await Fabric.DisposeAsync();
    }
}
