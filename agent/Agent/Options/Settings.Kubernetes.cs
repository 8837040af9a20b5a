using Calico.Hosting;

namespace Calico.Agent.Options;

/// <summary>The settings for a node of Kubernetes, and those of <c>calico-agent install</c>, with upstream's names where it has them.</summary>
internal static partial class Settings
{
    public static readonly Setting Kubernetes = new("CALICO_KUBERNETES", "auto", "auto: ask the Kubernetes API about pods where KUBECONFIG or KUBERNETES_SERVICE_HOST says where it is; none: never");
    public static readonly Setting Kubeconfig = new("KUBECONFIG", "", "kubeconfig file for the API (token or client certificate); the pod's own service account when empty");
    public static readonly Setting ServiceHost = new("KUBERNETES_SERVICE_HOST", "", "the API's address inside a cluster; the kubelet sets it");
    public static readonly Setting ServicePort = new("KUBERNETES_SERVICE_PORT", "443", "the API's port inside a cluster; the kubelet sets it");
    public static readonly Setting NodeRef = new("CALICO_K8S_NODE_REF", "", "the name of this node's object in Kubernetes; NODENAME when empty");
    public static readonly Setting DaemonSet = new(
        "CALICO_DAEMONSET", "", "the DaemonSet that this agent belongs to: if the agent is told to end and that is deleted, it cleans this node up; never when empty");
    public static readonly Setting EtcdDaemonSet = new(
        "CALICO_ETCD_DAEMONSET", "", "the DaemonSet of an etcd that keeps its data in etcd/ of CALICO_LIB_DIR: if it is deleted too, cleaning up removes them; never when empty");
    public static readonly Setting ManageCni = new(
        "CALICO_MANAGE_CNI", "false", "keep kubeconfig and certificates of the plugin fresh, and let the runtime have its network configuration when the agent is ready; for install: leave that to the agent");

    public static readonly Setting CniSourceDirectory = new("CNI_SOURCE_DIR", "/opt/cni/bin", "directory of the programs to install");
    public static readonly Setting CniBinMount = new("CNI_BIN_MOUNT", "/host/opt/cni/bin", "the host's directory of CNI plugins, where it is mounted");
    public static readonly Setting CniNetMount = new("CNI_NET_MOUNT", "/host/etc/cni/net.d", "the host's directory of network configurations, where it is mounted");
    public static readonly Setting CniNetDirectory = new("CNI_NET_DIR", "/etc/cni/net.d", "the same directory by its path on the host");
    public static readonly Setting CniConfName = new("CNI_CONF_NAME", "10-calico.conflist", "file name of the network configuration");
    public static readonly Setting CniNetworkConfig = new("CNI_NETWORK_CONFIG", "", "the network configuration, a template with __NAME__ in it; a built-in one when empty");
    public static readonly Setting CniNetworkConfigFile = new("CNI_NETWORK_CONFIG_FILE", "", "a file with the template instead");
    public static readonly Setting CniMtu = new("CNI_MTU", "0", "MTU of pods; that of the agent's file when 0");
    public static readonly Setting CniLogLevel = new("LOG_LEVEL", "info", "log level of the plugin");
    public static readonly Setting CniNodeName = new("KUBERNETES_NODE_NAME", "", "the node's name for templates; NODENAME when empty");
    public static readonly Setting CniEtcdCa = new("CNI_CONF_ETCD_CA", "", "path on the host of etcd's authority; of the copy that is made when empty");
    public static readonly Setting CniEtcdCert = new("CNI_CONF_ETCD_CERT", "", "path on the host of etcd's client certificate; of the copy that is made when empty");
    public static readonly Setting CniEtcdKey = new("CNI_CONF_ETCD_KEY", "", "path on the host of etcd's client key; of the copy that is made when empty");
    public static readonly Setting CniServiceAccount = new("CALICO_CNI_SERVICE_ACCOUNT", "calico-cni-plugin", "service account of the plugin, in the agent's namespace");
    public static readonly Setting SkipCniBinaries = new("SKIP_CNI_BINARIES", "", "programs not to install, with commas between them");
    public static readonly Setting UpdateCniBinaries = new("UPDATE_CNI_BINARIES", "true", "false: leave programs as they are that are there already");

    private static IReadOnlyList<Setting> OfApi => [Kubernetes, Kubeconfig, ServiceHost, ServicePort];

    /// <summary>What install and run must both know of the host's files.</summary>
    private static IReadOnlyList<Setting> OfHostFiles =>
        [ManageCni, CniBinMount, CniNetMount, CniConfName, CniServiceAccount];

    public static IReadOnlyList<Setting> OfInstall =>
    [
        .. OfApi, .. OfHostFiles,
        CniSourceDirectory, CniNetDirectory, CniNetworkConfig, CniNetworkConfigFile, CniMtu, CniLogLevel, CniNodeName, NodeName, IPv4, IPv6, CniEtcdCa, CniEtcdCert, CniEtcdKey,
        SkipCniBinaries, UpdateCniBinaries, EtcdSettings.Endpoints, EtcdSettings.CaCertFile, EtcdSettings.CertFile, EtcdSettings.KeyFile, LibraryDirectory, LogSeverity,
    ];

    private static IReadOnlyList<Setting> OfKubernetes => [.. OfApi, NodeRef, DaemonSet, EtcdDaemonSet, .. OfHostFiles];
}
