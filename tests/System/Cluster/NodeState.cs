using System.Text.RegularExpressions;

namespace Calico.Tests.System.Cluster;

/// <summary>What a CNI plugin could leave on a node, as lines of text: two of them before and after tell what it did leave.</summary>
internal sealed partial class NodeState
{
    // Counters and times are taken out, so that two dumps of the same state are equal; and the directories and the lock file that the kubelet
    // makes for our mounts, which nobody takes away, and those that the runtime makes for the results of any plugin. What is in them counts. A node that was
    // reset in between has another peer and another hardware address on its uplink.
    private const string Dump = """
        for t in iptables ip6tables; do for b in nft legacy; do $t-$b-save 2>/dev/null | sed "s/^/$t-$b: /"; done; done
        nft list tables 2>/dev/null | sed 's/^/nft: /'
        ipset list -n | sed 's/^/ipset: /'
        ip -o link | sed 's/^[0-9]*: /link: /'
        ip route show table all | sed 's/^/route: /'
        ip -6 route show table all | sed 's/^/route6: /'
        ip rule | sed 's/^/rule: /'; ip -6 rule | sed 's/^/rule6: /'
        ip neigh show nud permanent | sed 's/^/neigh: /'
        sysctl -a 2>/dev/null | grep -E '^net\.(ipv4|ipv6|netfilter|core)\.' | sed 's/^/sysctl: /'
        find /opt/cni /etc/cni /etc/calico /var/lib/calico /var/log/calico /run/calico /var/lib/cni 2>/dev/null | grep -vxF -e /opt/cni/bin -e /etc/cni/net.d -e /var/lib/calico -e /var/log/calico -e /run/calico -e /var/lib/cni -e /var/lib/cni/results | sed 's/^/file: /'
        ps -e -o comm= | grep -E 'calico|bird|etcd' | sed 's/^/process: /'
        """;

    private readonly HashSet<string> _lines;

    private NodeState(string dump) => _lines = [.. dump.Split('\n').Select(line => Volatile().Replace(line, "").TrimEnd()).Where(IsSteady)];

    public static async Task<NodeState> OfAsync(OwnRig rig, string node) => new(await rig.ExecAsync(node, "sh", "-c", Dump));

    /// <summary>Of every node of the rig; empty where there is none, since nobody else's node lets us in.</summary>
    public static async Task<IReadOnlyDictionary<string, NodeState>> OfAllAsync(TestCluster cluster)
    {
        var states = new Dictionary<string, NodeState>();
        foreach (var node in cluster.Rig is null ? [] : cluster.Nodes)
        {
            states[node] = await OfAsync(cluster.Rig!, node);
        }

        return states;
    }

    /// <summary>What is here and was not there, and what was there and is gone.</summary>
    public IReadOnlyList<string> DifferenceFrom(NodeState before) =>
        [.. _lines.Except(before._lines).Order().Select(line => $"+ {line}"), .. before._lines.Except(_lines).Order().Select(line => $"- {line}")];

    // Rules of kube-proxy and the kubelet follow the Services, which other things in the cluster make as well.
    private static bool IsSteady(string line) =>
        line.Length > 0
        && !line.Contains("KUBE-", StringComparison.Ordinal)
        && !line.Contains(": #", StringComparison.Ordinal)
        && !MovingSysctl().IsMatch(line);

    [GeneratedRegex(@"\[\d+:\d+\]| expires \d+sec| pref \w+$|(?<=qlen) \d+|(?<=eth0)@if\d+|link/ether [0-9a-f:]{17}|fe80::[0-9a-f:]+(?= dev eth0)")]
    private static partial Regex Volatile();

    [GeneratedRegex(@"^sysctl: net\.(netfilter\.nf_conntrack_(count|expect)|ipv4\.tcp_(mem|fastopen_key)|core\.netdev_rss_key|ipv[46]\.(neigh|conf)\.(cali|eth0|veth).*)")]
    private static partial Regex MovingSysctl();
}
