using Calico.Tests.Rig.Processes;

namespace Calico.Tests.System.Cluster;

/// <summary>The cluster that <c>rig/rig</c> makes of namespaces on this machine.</summary>
internal sealed class OwnRig
{
    private static readonly string State = Environment.GetEnvironmentVariable("RIG_STATE") ?? "/var/lib/rig";

    private readonly string _script = Path.Combine(Repository.Root, "tests", "System", "rig", "rig");

    /// <summary>The API server's audit log, which the control host writes.</summary>
    public static string AuditLog { get; } = Path.Combine(State, "audit.log");

    public static string Kubeconfig { get; } = Path.Combine(State, "admin.conf");

    /// <summary>A cluster of three nodes without a CNI plugin, with our images in it.</summary>
    public static async Task<OwnRig> UpAsync()
    {
        var rig = new OwnRig();
        var policy = Path.Combine(Repository.Root, "tests", "System", "rig", "audit-policy.yaml");
        await rig.RunAsync(TimeSpan.FromMinutes(3), "images");
        var up = new Command(rig._script, "up", "3")
        {
            Deadline = TimeSpan.FromMinutes(5),
            Environment = new Dictionary<string, string>
            {
                ["RIG_CNI"] = "none",
                ["RIG_APISERVER_ARGS"] = $"--audit-log-path={AuditLog} --audit-policy-file={policy}",
            },
        };
        (await up.RunAsync()).OrThrow();
        foreach (var image in Directory.EnumerateFiles(Path.Combine(Repository.Root, "artifacts", "images"), "*.tar"))
        {
            await rig.RunAsync(TimeSpan.FromMinutes(3), "load", image);
        }

        return rig;
    }

    public Task DownAsync() => RunAsync(TimeSpan.FromMinutes(2), "down");

    /// <summary>The output of a command on a host.</summary>
    public Task<string> ExecAsync(string host, params string[] command) => RunAsync(TimeSpan.FromMinutes(1), ["exec", host, .. command]);

    /// <summary>As a power cut: processes, namespaces and /run are lost, the disk is not. Returns when the kubelet has registered again.</summary>
    public Task RebootAsync(string node) => RunAsync(TimeSpan.FromMinutes(3), "reboot", node);

    public Task KillAsync(string host, string service) => RunAsync(TimeSpan.FromMinutes(1), "kill", host, service);

    public Task StartAsync(string host, string service) => RunAsync(TimeSpan.FromMinutes(1), "start", host, service);

    /// <summary>The CNI plugin to compare with: ptp and host-local, with routes by hand.</summary>
    public Task StockCniAsync() => RunAsync(TimeSpan.FromMinutes(2), "cni", "stock");

    public Task NoCniAsync() => RunAsync(TimeSpan.FromMinutes(2), "cni", "none");

    private async Task<string> RunAsync(TimeSpan deadline, params string[] arguments) =>
        await new Command(_script, arguments) { Deadline = deadline }.OutputAsync();
}
