namespace Calico.Controller.Bootstrap;

/// <summary>Names that the manifest and this room share.</summary>
internal static class EtcdNames
{
    /// <summary>The Service, the DaemonSet and the ConfigMap.</summary>
    public const string Etcd = "calico-etcd";

    /// <summary>The certificate authority, which nothing but the set-up may read.</summary>
    public const string CaSecret = "calico-etcd-ca";

    /// <summary>Mounted by etcd's pods alone.</summary>
    public const string ServerSecret = "calico-etcd-server";

    /// <summary>Mounted by etcd's clients; upstream's name, and upstream's keys in it.</summary>
    public const string ClientSecret = "calico-etcd-secrets";

    public const string MembersKey = "members";
    public const string EndpointsKey = "endpoints";
    public const string CaCert = "ca.crt";
    public const string CaKey = "ca.key";
    public const string ServerCert = "server.crt";
    public const string ServerKey = "server.key";
    public const string PeerCert = "peer.crt";
    public const string PeerKey = "peer.key";
    public const string ClientCa = "etcd-ca";
    public const string ClientCert = "etcd-cert";
    public const string ClientKey = "etcd-key";

    /// <summary>Only who shows this name may speak as a member, although clients have certificates of the same authority.</summary>
    public const string PeerCommonName = "calico-etcd-peer";

    public const string MemberLabel = "projectcalico.org/etcd";
    public const string MemberValue = "member";

    /// <summary>Not 2379 and 2380: on nodes of a control plane these may be taken by the cluster's own etcd. Upstream's ports for its own.</summary>
    public const int ClientPort = 6666;

    public const int PeerPort = 6667;

    /// <summary>On the loopback address only: health and metrics without certificate.</summary>
    public const int MetricsPort = 6668;

    public static string ConfigKey(string member) => member + ".yaml";
}
