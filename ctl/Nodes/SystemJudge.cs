using System.Globalization;

namespace Calico.Ctl.Nodes;

/// <summary>Whether a host can be a node. Pure.</summary>
internal static class SystemJudge
{
    private static readonly (int Major, int Minor) LeastKernel = (4, 19);

    /// <summary>What the agent's rules, sets and devices need of the kernel.</summary>
    private static readonly string[] Needed =
    [
        "ip_set", "ip_set_hash_ipport", "ip_set_hash_net", "ip_set_hash_netport", "ip6t_rpfilter", "ipt_rpfilter", "nf_conntrack", "nf_conntrack_netlink", "nf_nat", "veth",
        "xt_conntrack", "xt_CT", "xt_LOG", "xt_mark", "xt_MASQUERADE", "xt_multiport", "xt_set", "xt_tcpudp",
    ];

    /// <summary>One of each pair must be there: the two back ends of iptables.</summary>
    private static readonly (string First, string Second)[] Either = [("ip_tables", "nf_tables"), ("ip6_tables", "nf_tables")];

    public static IReadOnlyList<SystemCheck> Judge(KernelFacts kernel) =>
    [
        Version(kernel.Release),
        .. Needed.Select(name => Module(kernel, name, kernel.Modules.Contains(name))),
        .. Either.Select(pair => Module(kernel, $"{pair.First} or {pair.Second}", kernel.Modules.Contains(pair.First) || kernel.Modules.Contains(pair.Second))),
        .. KernelFacts.SettingNames.Where(kernel.Settings.ContainsKey).Select(name => Setting(name, kernel.Settings[name])),
    ];

    private static SystemCheck Version(string release)
    {
        var name = $"kernel {release}";
        var parts = release.Split('.', '-');
        if (parts.Length < 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var minor))
        {
            return new SystemCheck(name, SystemCheckState.Unknown);
        }

        return (major, minor).CompareTo(LeastKernel) >= 0
            ? new SystemCheck(name, SystemCheckState.Ok)
            : new SystemCheck(name, SystemCheckState.Missing, $"needs {LeastKernel.Major}.{LeastKernel.Minor} or later");
    }

    private static SystemCheck Module(KernelFacts kernel, string name, bool isThere) => (isThere, kernel.KnowsAllModules) switch
    {
        (true, _) => new SystemCheck(name, SystemCheckState.Ok),
        (false, true) => new SystemCheck(name, SystemCheckState.Missing, "this kernel does not have it: install the package with its extra modules"),
        _ => new SystemCheck(name, SystemCheckState.Unknown, "neither /lib/modules nor the configuration of this kernel can be read"),
    };

    private static SystemCheck Setting(string name, string value) => (name, value) switch
    {
        ("net/ipv6/conf/all/disable_ipv6", "1") => new SystemCheck($"{name} = {value}", SystemCheckState.Ok, "IPv6 is off: pods get IPv4 alone"),
        ("net/ipv4/ip_forward" or "net/ipv6/conf/all/forwarding", "0") => new SystemCheck($"{name} = {value}", SystemCheckState.Ok, "the agent switches it on"),
        ("net/ipv4/conf/all/rp_filter", "2") => new SystemCheck($"{name} = {value}", SystemCheckState.Ok, "loose: the agent's own rules stop forged sources of pods"),
        _ => new SystemCheck($"{name} = {value}", SystemCheckState.Ok),
    };
}
