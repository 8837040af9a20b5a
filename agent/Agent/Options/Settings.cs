using Calico.Hosting;

namespace Calico.Agent.Options;

/// <summary>Every setting of <c>calico-agent run</c>, in the order of its help.</summary>
internal static partial class Settings
{
    public static readonly Setting WaitForDatastore = new("WAIT_FOR_DATASTORE", "true", "wait until etcd answers (true), or end with code 1 when it does not (false)");

    public static readonly Setting NodeName = new("NODENAME", "", "this node's name in the cluster; the host's name in lower case when empty");
    public static readonly Setting IPv4 = new("IP", "autodetect", "the node's IPv4 address: an address, address/prefix, autodetect or none");
    public static readonly Setting IPv6 = new("IP6", "none", "the node's IPv6 address: an address, address/prefix, autodetect or none");
    public static readonly Setting IPv4Method = new("IP_AUTODETECTION_METHOD", "default-route", Methods);
    public static readonly Setting IPv6Method = new("IP6_AUTODETECTION_METHOD", "default-route", "as IP_AUTODETECTION_METHOD, for IPv6");
    public static readonly Setting AsNumber = new("AS", "", "the node's AS number (plain or high.low); the cluster's when empty");
    public static readonly Setting RouterId = new("CALICO_ROUTER_ID", "", "BGP identifier, such as 10.0.0.1, or 'hash' of the node's name; the node's IPv4 address when empty");
    public static readonly Setting Backend = new("CALICO_NETWORKING_BACKEND", "bird", "bird: routes travel by BGP; none: the network routes by other means");

    public static readonly Setting NoDefaultPools = new("NO_DEFAULT_POOLS", "false", "do not make an IP pool when there is none");
    public static readonly Setting Pool4Cidr = new("CALICO_IPV4POOL_CIDR", "", "range of the default IPv4 pool; 192.168.0.0/16, or the first free of 172.16.0.0/16 to 172.31.0.0/16, when empty");
    public static readonly Setting Pool4BlockSize = new("CALICO_IPV4POOL_BLOCK_SIZE", "26", "prefix length of a block of the default IPv4 pool, 20 to 32");
    public static readonly Setting Pool4NatOutgoing = new("CALICO_IPV4POOL_NAT_OUTGOING", "true", "pods of the default IPv4 pool leave the cluster with the node's address");
    public static readonly Setting Pool4NodeSelector = new("CALICO_IPV4POOL_NODE_SELECTOR", "all()", "nodes that take addresses of the default IPv4 pool");
    public static readonly Setting Pool4DisableBgpExport = new("CALICO_IPV4POOL_DISABLE_BGP_EXPORT", "false", "keep the routes of the default IPv4 pool inside the node");
    public static readonly Setting Pool4Ipip = new("CALICO_IPV4POOL_IPIP", "Never", "IP in IP for the default IPv4 pool: Never, Always or CrossSubnet");
    public static readonly Setting Pool4Vxlan = new("CALICO_IPV4POOL_VXLAN", "Never", "VXLAN for the default IPv4 pool: Never, Always or CrossSubnet");
    public static readonly Setting Pool6Cidr = new("CALICO_IPV6POOL_CIDR", "", "range of the default IPv6 pool; a random /48 out of fd00::/8 when empty");
    public static readonly Setting Pool6BlockSize = new("CALICO_IPV6POOL_BLOCK_SIZE", "122", "prefix length of a block of the default IPv6 pool, 116 to 128");
    public static readonly Setting Pool6NatOutgoing = new("CALICO_IPV6POOL_NAT_OUTGOING", "false", "pods of the default IPv6 pool leave the cluster with the node's address");
    public static readonly Setting Pool6NodeSelector = new("CALICO_IPV6POOL_NODE_SELECTOR", "all()", "nodes that take addresses of the default IPv6 pool");
    public static readonly Setting Pool6DisableBgpExport = new("CALICO_IPV6POOL_DISABLE_BGP_EXPORT", "false", "keep the routes of the default IPv6 pool inside the node");
    public static readonly Setting Pool6Vxlan = new("CALICO_IPV6POOL_VXLAN", "Never", "VXLAN for the default IPv6 pool: Never, Always or CrossSubnet");

    public static readonly Setting RunDirectory = new("CALICO_RUN_DIR", "/var/run/calico", "directory of agent.sock, agent-status.json, bird.conf, bird.ctl, bird.pid and bird.log");
    public static readonly Setting LibraryDirectory = new("CALICO_LIB_DIR", "/var/lib/calico", "directory of the files nodename and mtu");
    public static readonly Setting Socket = new("CALICO_AGENT_SOCKET", "", "socket for the plugin; agent.sock in CALICO_RUN_DIR when empty");
    public static readonly Setting NodeNameFile = new("CALICO_NODENAME_FILE", "", "file that tells the plugin the node's name; nodename in CALICO_LIB_DIR when empty");
    public static readonly Setting MtuFile = new("CALICO_MTU_FILE", "", "file that tells the plugin the MTU of pods; mtu in CALICO_LIB_DIR when empty");
    public static readonly Setting BirdBinary = new("CALICO_BIRD", "bird", "the BIRD 2 program, a path or a name on the PATH");

    public static readonly Setting Reserve = new(
        "CALICO_RESERVE", "0", "addresses of each family, 0 to 64, that the node holds so that pods start and stop while etcd is away (8 is plenty); 0: then they do not");

    public static readonly Setting Policy = new("CALICO_POLICY", "enforce", "enforce: policy decides about every packet of a pod, and what nothing allows is dropped; off: nothing is filtered or masqueraded");

    public static readonly Setting InterfacePrefix = new("FELIX_INTERFACEPREFIX", "cali", "what the names of pods' host ends begin with; several with commas");
    public static readonly Setting LogSeverity = new("FELIX_LOGSEVERITYSCREEN", "Info", "least severity that is logged: Trace, Debug, Info, Warning, Error, Fatal or None");
    public static readonly Setting HealthEnabled = new("FELIX_HEALTHENABLED", "false", "serve /liveness, /readiness and /metrics by HTTP");
    public static readonly Setting HealthHost = new("FELIX_HEALTHHOST", "localhost", "address the health server listens on");
    public static readonly Setting HealthPort = new("FELIX_HEALTHPORT", "9099", "port the health server listens on");
    public static readonly Setting MetricsEnabled = new("FELIX_PROMETHEUSMETRICSENABLED", "false", "serve /metrics on an address of its own, for Prometheus elsewhere in the cluster");
    public static readonly Setting MetricsHost = new("FELIX_PROMETHEUSMETRICSHOST", "*", "address the metrics server listens on; * for all");
    public static readonly Setting MetricsPort = new("FELIX_PROMETHEUSMETRICSPORT", "9091", "port the metrics server listens on");
    public static readonly Setting IPv6Support = new("FELIX_IPV6SUPPORT", "true", "false: leave the host's IPv6 settings alone");
    public static readonly Setting MtuPattern = new(
        "FELIX_MTUIFACEPATTERN", "^((en|wl|ww|sl|ib)[Pcopsvx].*|(eth|wlan|wwan).*)", "uplinks: the least MTU of those that match is the pods' MTU");

    public static readonly Setting EndpointToHost = new(
        "FELIX_DEFAULTENDPOINTTOHOSTACTION", "Drop", "what becomes of packets from a pod to its own host that policy allowed: Drop, Accept, or Return to the host's own rules");
    public static readonly Setting FilterAllow = new(
        "FELIX_IPTABLESFILTERALLOWACTION", "Accept", "what an allowed packet meets next: Accept, nothing; Return, the host's own rules");
    public static readonly Setting ChainInsert = new(
        "FELIX_CHAININSERTMODE", "insert", "our rules come before those of others (insert) or after them (append), where they can be passed by");
    public static readonly Setting IptablesBackend = new(
        "FELIX_IPTABLESBACKEND", "Auto", "the kernel's firewall: Legacy, NFT, or Auto, the one that others on this host use");
    public static readonly Setting MarkMask = new(
        "FELIX_IPTABLESMARKMASK", "0xffff0000", "bits of packets' marks that no one else uses, at least 5");
    public static readonly Setting RefreshInterval = new(
        "FELIX_IPTABLESREFRESHINTERVAL", "180", "seconds after which the kernel's rules and sets are read and compared as a whole; 0: never");
    public static readonly Setting FailsafeInbound = new(
        "FELIX_FAILSAFEINBOUNDHOSTPORTS",
        "tcp:22,udp:68,tcp:179,tcp:2379,tcp:2380,tcp:5473,tcp:6443,tcp:6666,tcp:6667,tcp:10250",
        "ports of this host that policy of host endpoints never closes, protocol:port with commas between them; none");
    public static readonly Setting FailsafeOutbound = new(
        "FELIX_FAILSAFEOUTBOUNDHOSTPORTS",
        "udp:53,udp:67,tcp:179,tcp:2379,tcp:2380,tcp:5473,tcp:6443,tcp:6666,tcp:6667",
        "ports elsewhere that policy of host endpoints never closes to this host, protocol:port with commas between them; none");
    public static readonly Setting NatOutgoingExclusions = new(
        "FELIX_NATOUTGOINGEXCLUSIONS", "IPPoolsOnly", "what pods of a pool with natOutgoing reach with their own address: IPPoolsOnly, or IPPoolsAndHostIPs");

    public static readonly Setting WorkloadSourceSpoofing = new(
        "FELIX_WORKLOADSOURCESPOOFING", "Disabled", "Any: a pod's annotation may open the check that it sends from its own addresses; Disabled");
    public static readonly Setting CutDeniedFlows = new(
        "CALICO_CUT_DENIED_FLOWS", "true", "end connections of pods that policy denies from now on; false: they live until their ends close them");

    public const string FelixPrefix = "FELIX_";

    private const string Methods =
        "how the address is found: default-route (where the Kubernetes API is asked: kubernetes-internal-ip, if an interface has that address), first-found, can-reach=HOST, interface=REGEX[,..], skip-interface=REGEX[,..] cidr=CIDR[,..] or kubernetes-internal-ip; asked only while the node has no address that is still on an interface";

    public static IReadOnlyList<Setting> All =>
    [
        .. EtcdSettings.All, WaitForDatastore,
        NodeName, IPv4, IPv6, IPv4Method, IPv6Method, AsNumber, RouterId, Backend,
        NoDefaultPools, Pool4Cidr, Pool4BlockSize, Pool4NatOutgoing, Pool4NodeSelector, Pool4DisableBgpExport, Pool4Ipip, Pool4Vxlan,
        Pool6Cidr, Pool6BlockSize, Pool6NatOutgoing, Pool6NodeSelector, Pool6DisableBgpExport, Pool6Vxlan,
        RunDirectory, LibraryDirectory, Socket, NodeNameFile, MtuFile, BirdBinary, Reserve,
        InterfacePrefix, LogSeverity, HealthEnabled, HealthHost, HealthPort, MetricsEnabled, MetricsHost, MetricsPort, IPv6Support, MtuPattern,
        Policy, EndpointToHost, FilterAllow, ChainInsert, IptablesBackend, MarkMask, RefreshInterval, FailsafeInbound, FailsafeOutbound, NatOutgoingExclusions,
        WorkloadSourceSpoofing,
        CutDeniedFlows,
        .. OfKubernetes,
    ];
}
