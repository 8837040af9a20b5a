using Calico.Controller.Reconciling;
using Calico.Hosting;

namespace Calico.Controller.Options;

/// <summary>Every setting of <c>calico-controller run</c>, in the order of its help.</summary>
internal static class Settings
{
    public static readonly Setting Kubeconfig = new("KUBECONFIG", "", "how to reach the Kubernetes API: a kubeconfig file; as a pod of the cluster when empty");
    public static readonly Setting Enabled = new("ENABLED_CONTROLLERS", "all", Names());
    public static readonly Setting Period = new("RECONCILER_PERIOD", "5m", "how often everything is compared as a whole, besides what events tell: 90s, 5m, 2h");
    public static readonly Setting LeakGrace = new(
        "LEAK_GRACE_PERIOD", "15m", "how long an address must look leaked before its node is asked and it is taken back; those of nodes that left go at once");

    public static readonly Setting ElectsLeader = new(
        "LEADER_ELECTION", "true", "replicas meet at a lease and one of them works; false: this one works whatever others do");
    public static readonly Setting Namespace = new("POD_NAMESPACE", "kube-system", "namespace of the lease calico-kube-controllers");
    public static readonly Setting HealthEnabled = new("HEALTH_ENABLED", "true", "serve /liveness and /readiness by HTTP");
    public static readonly Setting HealthHost = new("HEALTH_HOST", "localhost", "address the health server listens on; * for all");
    public static readonly Setting HealthPort = new("HEALTH_PORT", "9440", "port the health server listens on");
    public static readonly Setting MetricsEnabled = new("METRICS_ENABLED", "true", "serve /metrics for Prometheus by HTTP");
    public static readonly Setting MetricsHost = new("METRICS_HOST", "*", "address the metrics server listens on; * for all");
    public static readonly Setting MetricsPort = new("METRICS_PORT", "9094", "port the metrics server listens on");
    public static readonly Setting LogLevel = new("LOG_LEVEL", "Info", "least severity that is logged: Trace, Debug, Info, Warning, Error, Fatal or None");

    public static IReadOnlyList<Setting> All { get; } =
    [
        .. EtcdSettings.All, Kubeconfig, Enabled, Period, LeakGrace, ElectsLeader, Namespace,
        HealthEnabled, HealthHost, HealthPort, MetricsEnabled, MetricsHost, MetricsPort, LogLevel,
    ];

    private static string Names() =>
        $"what this program keeps in step, with commas between them, or all: {string.Join("; ", ReconcilerKinds.All.Select(kind => $"{kind.Name}, {kind.Description}"))}";
}
