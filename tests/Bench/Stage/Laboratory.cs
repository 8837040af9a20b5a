using System.Text.Json.Nodes;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Audit;
using Calico.Tests.Rig.Cni;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Bench.Stage;

/// <summary>
/// The hosts, stores, agents and pods of a run. One data centre for etcd without TLS and one for etcd with it; in each a host with a
/// running agent that enforces no policy, a host with one that does, and a host whose agent has registered the node and ended. The peer has
/// a host of its own.
/// </summary>
internal sealed class Laboratory : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _owned = new();
    private readonly List<Contender> _contenders = [];
    private readonly List<EtcdServer> _stores = [];
    private readonly int _pods;

    private Laboratory(int pods) => _pods = pods;

    public IReadOnlyList<Contender> Contenders => _contenders;

    /// <summary>Builds everything; <paramref name="pods"/> namespaces are made for each contender beforehand.</summary>
    public static async Task<Laboratory> CreateAsync(int pods, bool peerOnly)
    {
        var laboratory = new Laboratory(pods);
        try
        {
            await laboratory.BuildAsync(peerOnly);
            return laboratory;
        }
        catch
        {
            await laboratory.DisposeAsync();
            throw;
        }
    }

    /// <summary>What is left in the stores, and what in them contradicts itself; to be asked when every pod is detached.</summary>
    public async Task<IReadOnlyList<string>> LeftoversAsync()
    {
        var found = new List<string>();
        foreach (var store in _stores)
        {
            var audit = await StoreAudit.ReadAsync(store);
            found.AddRange(audit.Problems);
            found.AddRange(audit.Endpoints.Select(endpoint => $"left in the store: {endpoint.Key}"));
            found.AddRange(audit.Allocations.Select(allocation => $"left in the store: {allocation.Key} of {allocation.Value}"));
        }

        return found;
    }

    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out var thing))
        {
            await thing.DisposeAsync();
        }
    }

    private async Task BuildAsync(bool peerOnly)
    {
        var fabric = await OwnAsync(Fabric.CreateAsync(peerOnly ? 1 : 4));
        var peerHost = fabric.Hosts[^1];
        await AddAsync(ContenderNames.Peer, peerHost, Path.Combine(Binaries.ReferencePlugins, "ptp"), PeerConf(peerHost));
        if (peerOnly)
        {
            return;
        }

        await BuildOursAsync(fabric, tls: false, ContenderNames.Agent, ContenderNames.Ipam, ContenderNames.Policy);
        await BuildOursAsync(await OwnAsync(Fabric.CreateAsync(3)), tls: true, ContenderNames.AgentTls, ContenderNames.IpamTls, ContenderNames.PolicyTls);
    }

    private async Task BuildOursAsync(Fabric fabric, bool tls, string withAgent, string withoutAgent, string withPolicy)
    {
        var etcd = await OwnAsync(EtcdServer.StartAsync(fabric, tls));
        _stores.Add(etcd);
        await OwnAsync(AgentProcess.StartAsync(fabric.Hosts[0], etcd, ("CALICO_POLICY", "off")));
        await OwnAsync(AgentProcess.StartAsync(fabric.Hosts[2], etcd));
        // This one is here to register its node and the default pool, as on a host whose agent is being replaced.
        await using (await AgentProcess.StartAsync(fabric.Hosts[1], etcd))
        {
        }

        await AddAsync(withAgent, fabric.Hosts[0], Binaries.Calico, OurConf(fabric.Hosts[0], etcd));
        await AddAsync(withoutAgent, fabric.Hosts[1], Binaries.Calico, OurConf(fabric.Hosts[1], etcd).WithoutAgent());
        await AddAsync(withPolicy, fabric.Hosts[2], Binaries.Calico, OurConf(fabric.Hosts[2], etcd));
    }

    private async Task AddAsync(string name, Host host, string plugin, JsonObject conf)
    {
        var pods = new List<Pod>(_pods);
        for (var i = 0; i < _pods; i++)
        {
            pods.Add(await OwnAsync(Pod.CreateKubernetesAsync(host, $"pod-{_contenders.Count}-{i}")));
        }

        _contenders.Add(new Contender(name, host, plugin, conf, pods));
    }

    // The peer hands out IPv4 only, so we are not asked for more.
    private static JsonObject OurConf(Host host, EtcdServer etcd) =>
        CniConf.Calico(host, etcd, version: "1.0.0").WithIpam(("assign_ipv6", "false"));

    private static JsonObject PeerConf(Host host) => new()
    {
        ["cniVersion"] = "1.0.0",
        ["name"] = "peer",
        ["type"] = "ptp",
        ["ipam"] = new JsonObject
        {
            ["type"] = "host-local",
            ["subnet"] = "10.77.0.0/16",
            ["dataDir"] = Path.Combine(host.LibraryDirectory, "host-local"),
            ["routes"] = new JsonArray(new JsonObject { ["dst"] = "0.0.0.0/0" }),
        },
    };

    private async Task<T> OwnAsync<T>(Task<T> making)
        where T : IAsyncDisposable
    {
        var thing = await making;
        _owned.Push(thing);
        return thing;
    }
}
