using System.CommandLine;
using Calico.Agent.Options;
using Calico.Hosting;
using Calico.Store.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Install;

/// <summary><c>calico-agent install</c>: the DaemonSet's init step.</summary>
internal static class InstallCommand
{
    public static Command Create(IReadOnlyDictionary<string, string> environment) => new Service<InstallOptions>("calico-agent", "install")
    {
        Name = "install",
        Description = "Installs the CNI programs, etcd's certificates, a kubeconfig and the network configuration on this host, and ends. Everything can be set by environment variables.",
        Settings = Settings.OfInstall,
        Read = OptionsReader.ReadInstall,
        LogLevel = options => options.LogLevel,
        Run = RunAsync,
        IsExplained = e => e is InstallException or KubernetesException or IOException or UnauthorizedAccessException,
    }.Command(environment);

    private static async Task RunAsync(InstallOptions options, ILoggerFactory logs, CancellationToken cancellationToken)
    {
        var log = logs.CreateLogger("install");
        using var api = options.Kubernetes is { } cluster ? new KubernetesClient(cluster.Config(), logs.CreateLogger("kubernetes")) : null;
        var kubeconfig = api is null ? null : KubeconfigKeeper.Of(options.Cni, options.Kubernetes!, api, log, TimeProvider.System);
        await new Installer(options.Cni, kubeconfig, log, TimeProvider.System).RunAsync(cancellationToken);
    }
}
