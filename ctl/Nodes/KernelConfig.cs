namespace Calico.Ctl.Nodes;

/// <summary>Which modules a kernel has by the configuration it was built with, built in (y) or to be loaded (m). Pure.</summary>
internal static class KernelConfig
{
    private static readonly Dictionary<string, string> Options = new()
    {
        ["IP_SET"] = "ip_set", ["IP_SET_HASH_IPPORT"] = "ip_set_hash_ipport", ["IP_SET_HASH_NET"] = "ip_set_hash_net", ["IP_SET_HASH_NETPORT"] = "ip_set_hash_netport",
        ["IP_NF_IPTABLES"] = "ip_tables", ["IP6_NF_IPTABLES"] = "ip6_tables", ["IP_NF_MATCH_RPFILTER"] = "ipt_rpfilter", ["IP6_NF_MATCH_RPFILTER"] = "ip6t_rpfilter",
        ["NF_CONNTRACK"] = "nf_conntrack", ["NF_CT_NETLINK"] = "nf_conntrack_netlink", ["NF_NAT"] = "nf_nat", ["NF_TABLES"] = "nf_tables", ["VETH"] = "veth",
        ["NETFILTER_XTABLES"] = "xt_tcpudp", ["NETFILTER_XT_MARK"] = "xt_mark", ["NETFILTER_XT_MATCH_CONNTRACK"] = "xt_conntrack", ["NETFILTER_XT_MATCH_MULTIPORT"] = "xt_multiport",
        ["NETFILTER_XT_SET"] = "xt_set", ["NETFILTER_XT_TARGET_CT"] = "xt_CT", ["NETFILTER_XT_TARGET_LOG"] = "xt_LOG", ["NETFILTER_XT_TARGET_MASQUERADE"] = "xt_MASQUERADE",
    };

    /// <summary>Null when there is no configuration to read.</summary>
    public static IReadOnlyList<string>? Modules(string? config) => config is null
        ? null
        : [.. config.Split('\n').Where(line => line.StartsWith("CONFIG_", StringComparison.Ordinal) && (line.EndsWith("=y", StringComparison.Ordinal) || line.EndsWith("=m", StringComparison.Ordinal)))
            .Select(line => Options.GetValueOrDefault(line["CONFIG_".Length..^2])).OfType<string>()];
}
