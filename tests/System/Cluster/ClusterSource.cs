namespace Calico.Tests.System.Cluster;

/// <summary>What the environment says about where the cluster comes from; README.md of this directory lists the variables.</summary>
internal static class ClusterSource
{
    /// <summary>A cluster that exists, or null.</summary>
    public static string? Kubeconfig => Variable("KUBECONFIG");

    /// <summary>A directory of Kubernetes' programs, of which the tests make a cluster of their own, or null.</summary>
    public static string? Binaries => Kubeconfig is null ? Variable("KUBE_BIN") : null;

    /// <summary>Whether the cluster has both families.</summary>
    public static bool IsDualStack => Variable("RIG_FAMILY") == "dual";

    /// <summary>What is applied, and nothing else: a file, or a directory with a kustomization.</summary>
    public static string Manifest => Path.GetFullPath(
        Variable("CALICO_MANIFEST") ?? Path.Combine(Repository.Root, "manifests", IsDualStack ? Path.Combine("variants", "dual-stack") : "calico.yaml"));

    /// <summary>How kubectl is told <see cref="Manifest"/>.</summary>
    public static string ManifestOption => Directory.Exists(Manifest) ? "--kustomize" : "--filename";

    /// <summary>Where a cluster of our own leaves its logs, or null.</summary>
    public static string? Logs => Variable("RIG_KEEP_LOGS");

    /// <summary>How long a part stays away in the tests of outages. Five minutes unless told otherwise.</summary>
    public static TimeSpan Outage => Variable("OUTAGE_SECONDS") is { } seconds
        ? TimeSpan.FromSeconds(double.Parse(seconds, global::System.Globalization.CultureInfo.InvariantCulture))
        : TimeSpan.FromMinutes(5);

    /// <summary>Why no test can run here, or null.</summary>
    public static string? WhyNone()
    {
        if (Kubeconfig is null && Binaries is null)
        {
            return "no cluster: set KUBECONFIG to one without a CNI plugin, or KUBE_BIN to a directory of Kubernetes' programs";
        }

        if (Binaries is not null && Environment.UserName != "root")
        {
            return "a cluster of our own needs root";
        }

        return Path.Exists(Manifest) ? null : $"{Manifest} is not there";
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
