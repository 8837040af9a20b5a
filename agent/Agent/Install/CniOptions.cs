namespace Calico.Agent.Install;

/// <summary>The files that make container runtimes of this host use <c>calico</c>: where they come from and where they go.</summary>
internal sealed record CniOptions
{
    private const string KubeconfigName = "calico-kubeconfig";
    private const string TlsName = "calico-tls";

    /// <summary>The host's directory of plugins, as we see it.</summary>
    public required string BinDirectory { get; init; }

    /// <summary>The host's directory of network configurations, as we see it.</summary>
    public required string NetDirectory { get; init; }

    /// <summary>Of the host, for what is to be known at the uninstallation.</summary>
    public required string LibraryDirectory { get; init; }

    public required string ConfName { get; init; }

    /// <summary>The service account whose token <c>calico-ipam</c> shows to the API.</summary>
    public required string ServiceAccount { get; init; }

    /// <summary>Client certificates of etcd: a source here, and the name of its copy in <see cref="TlsDirectory"/>.</summary>
    public required IReadOnlyList<(string Source, string Name)> TlsFiles { get; init; }

    /// <summary>The conflist is not written before the agent is ready, so that the node is not either.</summary>
    public required bool LeavesConfToAgent { get; init; }

    /// <summary>The programs in the image. This and what follows is for install alone.</summary>
    public string SourceDirectory { get; init; } = "";

    /// <summary>Empty: <see cref="ConfTemplate.Usual"/>.</summary>
    public string Template { get; init; } = "";

    /// <summary>What stands in a template for <c>__NAME__</c>.</summary>
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();

    /// <summary>Programs that are not installed.</summary>
    public IReadOnlyList<string> SkippedBinaries { get; init; } = [];

    /// <summary>False: a program that is there stays as it is.</summary>
    public bool UpdatesBinaries { get; init; } = true;

    /// <summary>Where the plugins log unless a template says otherwise. These go at the uninstallation too.</summary>
    public string LogDirectory { get; init; } = "/var/log/calico/cni";

    public string ConfFile => Path.Combine(NetDirectory, ConfName);

    /// <summary>The conflist while it waits for the agent. No runtime reads a hidden file with this ending.</summary>
    public string PendingConfFile => Path.Combine(NetDirectory, $".{ConfName}.pending");

    public string KubeconfigFile => Path.Combine(NetDirectory, KubeconfigName);

    public string TlsDirectory => Path.Combine(NetDirectory, TlsName);

    /// <summary>Programs that we brought, one a line: these go at the uninstallation.</summary>
    public string RecordFile => Path.Combine(LibraryDirectory, "cni-installed");

    /// <summary>The path in a directory of the host, as programs of the host see it.</summary>
    public static string KubeconfigOn(string netDirectory) => Path.Combine(netDirectory, KubeconfigName);

    public static string TlsOn(string netDirectory, string name) => Path.Combine(netDirectory, TlsName, name);
}
