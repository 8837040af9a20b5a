using System.Globalization;
using Calico.Model;
using Calico.Model.Json;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Policy.Evaluation;
using Calico.Tests.Rig.Audit;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Probing;
using Calico.Tests.Rig.Processes;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Rig.Policy;

/// <summary>A cluster with agents that enforce policy, pods on it, and sockets to send from everywhere to everywhere.</summary>
public sealed class PolicyCluster : IAsyncDisposable
{
    private const int Tcp = 6;
    private static readonly TimeSpan Convergence = TimeSpan.FromSeconds(30);
    private readonly List<Actor> _pods = [];
    private readonly Dictionary<string, string> _spaces = [];
    private Dictionary<string, byte[]> _stored = [];

    private PolicyCluster(Cluster cluster, string backend)
    {
        Cluster = cluster;
        Backend = backend;
        Prober = new Prober(cluster.Fabric.Namespace);
    }

    public Cluster Cluster { get; }

    /// <summary>FELIX_IPTABLESBACKEND: NFT or Legacy.</summary>
    public string Backend { get; }

    public Prober Prober { get; }

    public EtcdServer Etcd => Cluster.Etcd;

    public IReadOnlyList<Host> Hosts => Cluster.Hosts;

    public IReadOnlyList<Actor> Pods => _pods;

    /// <summary>Where the hosts' default routes lead: it belongs to nobody in the cluster.</summary>
    public Actor Outside => new("outside", Cluster.Fabric.Namespace, Hosts[0].Gateway4, Hosts[0].Gateway6);

    public static async Task<PolicyCluster> StartAsync(int hosts, string backend, params (string Name, string Value)[] settings) =>
        await StartAsync(await Cluster.StartWithoutAgentsAsync(hosts), backend, settings);

    /// <summary>Starts agents on a cluster that has none.</summary>
    public static async Task<PolicyCluster> StartAsync(Cluster cluster, string backend, params (string Name, string Value)[] settings)
    {
        var result = new PolicyCluster(cluster, backend);
        await Seed.ReadyClusterAsync(result.Etcd);
        await Task.WhenAll(result.Hosts.Select(host => result.Cluster.StartAgentAsync(host, [("FELIX_IPTABLESBACKEND", backend), .. settings])));
        return result;
    }

    public Actor HostActor(int host) => new(Hosts[host].NodeName, Hosts[host].Namespace, Hosts[host].Address4.Address, Hosts[host].Address6.Address);

    /// <summary>Adds a pod by <c>calico</c>, as the runtime does.</summary>
    public async Task<Actor> AddPodAsync(string name, string space, int host = 0)
    {
        var pod = await Cluster.KubernetesPodAsync(name, space, host);
        var added = await Cluster.Caller(host).AddAsync(pod, Cluster.Conf(host));
        var actor = new Actor(name, pod.Namespace, added.Address(IpFamily.IPv4), added.Address(IpFamily.IPv6));
        _pods.Add(actor);
        _spaces[name] = space;
        return actor;
    }

    /// <summary>The namespace of a pod.</summary>
    public string SpaceOf(Actor pod) => _spaces[pod.Name];

    /// <summary>Waits for the routes between the hosts, and makes everybody known to his neighbours.</summary>
    public async Task ConnectAsync()
    {
        var audit = await StoreAudit.ReadAsync(Etcd);
        await Wait.UntilAsync(async () => (await RoutingAudit.LearnedRoutesAsync(audit, Hosts)).Count == 0, Convergence, () => "the routes between the hosts");
        foreach (var endpoint in audit.Endpoints)
        {
            var host = Hosts.Single(host => host.NodeName == endpoint.Node);
            foreach (var address in endpoint.Addresses)
            {
                var via = address.Family == IpFamily.IPv4 ? host.Address4.Address : host.Address6.Address;
                await Outside.Place.IpAsync($"route replace {address.ToCidr()} via {via}");
                await ReachedAsync(host.Namespace, address);
            }
        }

        foreach (var (from, to) in Hosts.SelectMany(from => Hosts.Where(to => to != from).Select(to => (from, to))))
        {
            await ReachedAsync(from.Namespace, to.Address4.Address);
            await ReachedAsync(from.Namespace, to.Address6.Address);
        }
    }

    /// <summary>The endpoints as <c>calico</c> wrote them.</summary>
    public async Task<IReadOnlyList<Resource<WorkloadEndpointSpec>>> EndpointsAsync() =>
        [.. (await Etcd.ReadAsync(EtcdKeys.Prefix(ResourceKind.WorkloadEndpoint)))
            .Select(pair => ModelJson.Read<Resource<WorkloadEndpointSpec>>(System.Text.Encoding.UTF8.GetBytes(pair.Value.Text)))];

    /// <summary>Makes the datastore hold this world in the place of the last one, and waits until the hosts enforce it.</summary>
    public async Task EnterAsync(PolicySnapshot world)
    {
        var wanted = StoredObjects.Of(world);
        var gone = _stored.Keys.Except(wanted.Keys).Select(key => KeyValuePair.Create(key, (byte[]?)null));
        var changed = wanted.Where(pair => !_stored.TryGetValue(pair.Key, out var value) || !value.AsSpan().SequenceEqual(pair.Value))
            .Select(pair => KeyValuePair.Create(pair.Key, (byte[]?)pair.Value));
        await CommitAsync([.. gone, .. changed]);
        _stored = wanted;
    }

    /// <summary>Writes (or with null deletes) objects and waits until the hosts enforce that.</summary>
    public async Task CommitAsync(params IReadOnlyList<KeyValuePair<string, byte[]?>> changes)
    {
        if (changes.Count > 0)
        {
            await ProgrammedAsync(await Etcd.CommitAsync(changes));
        }
    }

    public Task ProgrammedAsync(long revision) => Task.WhenAll(Cluster.Agents.Select(agent => agent.WaitUntilProgrammedAsync(revision)));

    /// <summary>
    /// Ends every tracked connection but those of TCP that are open, so that the next packets are judged as first ones: an agent whose connection to etcd
    /// is forgotten would not hear etcd any more where host policy is in force, until it speaks itself.
    /// </summary>
    public Task ForgetConnectionsAsync() => Task.WhenAll(Hosts.Select(async host =>
    {
        foreach (var family in new[] { "ipv4", "ipv6" })
        {
            foreach (var protocol in Prober.Protocols.Where(protocol => protocol != Tcp))
            {
                await host.Namespace.RunAsync("conntrack", "-D", "-f", family, "-p", protocol.ToString(CultureInfo.InvariantCulture));
            }

            foreach (var state in new[] { "SYN_SENT", "SYN_RECV", "CLOSE", "CLOSE_WAIT", "LAST_ACK", "FIN_WAIT", "TIME_WAIT", "NONE" })
            {
                await host.Namespace.RunAsync("conntrack", "-D", "-f", family, "-p", "tcp", "--state", state);
            }
        }
    }));

    /// <summary>The rules of a host that have counted a packet since the counters were zeroed.</summary>
    public async Task<string> RulesMetAsync(Host host)
    {
        var met = new List<string>();
        foreach (var tool in Tools())
        {
            var lines = (await host.Namespace.RunAsync($"{tool}-save", "-c")).Stdout.Split('\n');
            met.AddRange(lines.Where(line => line.StartsWith('[') && !line.StartsWith("[0:0]", StringComparison.Ordinal) && line.Contains("cali", StringComparison.Ordinal)));
        }

        return string.Join('\n', met);
    }

    public async Task ZeroCountersAsync()
    {
        foreach (var host in Hosts)
        {
            foreach (var (tool, table) in Tools().SelectMany(tool => new[] { "raw", "mangle", "nat", "filter" }.Select(table => (tool, table))))
            {
                await host.Namespace.RunAsync(tool, "-t", table, "-Z");
            }
        }
    }

    /// <summary>Everything of ours in the kernel of a host: rules of both families, and sets.</summary>
    public async Task<string> RulesAsync(Host host)
    {
        var texts = new List<string>();
        foreach (var tool in Tools())
        {
            texts.Add((await host.Namespace.RunAsync($"{tool}-save")).Stdout);
        }

        texts.Add((await host.Namespace.RunAsync("ipset", "save")).Stdout);
        return string.Join('\n', texts);
    }

    public async ValueTask DisposeAsync()
    {
        Prober.Dispose();
        await Cluster.DisposeAsync();
    }

    private string[] Tools() => Backend == "NFT" ? ["iptables-nft", "ip6tables-nft"] : ["iptables-legacy", "ip6tables-legacy"];

    private static Task ReachedAsync(NetworkNamespace from, IpAddress to) =>
        Wait.UntilAsync(() => Reachability.PingOnceAsync(from, to), Convergence, () => $"an answer of {to} to {from.Name}");
}
