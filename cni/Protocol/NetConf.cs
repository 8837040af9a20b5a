namespace Calico.Cni.Protocol;

/// <summary>The network configuration, the fields of upstream's conf that we read. Names in comments are those of the JSON.</summary>
public sealed record NetConf
{
    public string CniVersion { get; init; } = "";

    public string Name { get; init; } = "";

    public string Type { get; init; } = "";

    /// <summary>0: read <c>/var/lib/calico/mtu</c>.</summary>
    public int Mtu { get; init; }

    public bool RequireMtuFile { get; init; }

    /// <summary>nodename</summary>
    public string NodeName { get; init; } = "";

    public string NodeNameFile { get; init; } = "/var/lib/calico/nodename";

    public bool NodeNameFileOptional { get; init; }

    /// <summary>hostname (deprecated)</summary>
    public string HostName { get; init; } = "";

    /// <summary>datastore_type: empty or <c>etcdv3</c>; another is refused.</summary>
    public string DatastoreType { get; init; } = "";

    public string EtcdEndpoints { get; init; } = "";

    public string EtcdKeyFile { get; init; } = "";

    public string EtcdCertFile { get; init; } = "";

    public string EtcdCaCertFile { get; init; } = "";

    public IpamConf Ipam { get; init; } = new();

    /// <summary>kubernetes and policy</summary>
    public KubernetesConf Kubernetes { get; init; } = KubernetesConf.None;

    /// <summary>The agent's socket; empty means the default path, <c>none</c> never asks the agent.</summary>
    public string AgentSocket { get; init; } = "";

    /// <summary>mtu file, <c>mtu_file</c>; for tests and unusual hosts.</summary>
    public string MtuFile { get; init; } = "/var/lib/calico/mtu";

    /// <summary>
    /// policy_setup_timeout_seconds: how long an ADD waits for the pod's policy to be in the kernel before it succeeds all the same; 0: not
    /// at all. The pod's packets are dropped until it is.
    /// </summary>
    public int PolicySetupTimeout { get; init; } = 10;

    /// <summary>container_settings.allow_ip_forwarding</summary>
    public bool AllowIpForwarding { get; init; }

    /// <summary>include_default_routes: where the IPAM result brings routes, ours to everywhere are added to them. Default false, as upstream.</summary>
    public bool IncludeDefaultRoutes { get; init; }

    public string LogLevel { get; init; } = "info";

    /// <summary>Empty: no file.</summary>
    public string LogFilePath { get; init; } = "/var/log/calico/cni/cni.log";

    /// <summary>Megabytes after which the log rotates.</summary>
    public int LogFileMaxSize { get; init; } = 100;

    /// <summary>Days.</summary>
    public int LogFileMaxAge { get; init; } = 30;

    public int LogFileMaxCount { get; init; } = 10;

    /// <summary>prevResult, when there is one.</summary>
    public CniResult? PrevResult { get; init; }

    /// <summary>cni.dev/valid-attachments of GC.</summary>
    public IReadOnlyList<ValidAttachment>? ValidAttachments { get; init; }

    /// <summary>Reads the conf.</summary>
    /// <exception cref="CniException">Code 6: not JSON, or a field of the wrong type (named). Code 7: name or type missing or malformed.</exception>
    public static NetConf Parse(ReadOnlySpan<byte> utf8) => NetConfReader.Read(utf8);
}

/// <summary>An attachment that must stay (CNI 1.1.0, GC).</summary>
public sealed record ValidAttachment(string ContainerId, string IfName);
