using System.CommandLine;
using Calico.Hosting;
using Calico.Store.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Calico.Controller.Bootstrap;

/// <summary><c>calico-controller etcd-setup</c>: the Deployment calico-etcd-setup.</summary>
internal static class EtcdSetupCommand
{
    public static Command Create(IReadOnlyDictionary<string, string> environment) => new Service<EtcdSetupOptions>("calico-controller", "etcd-setup")
    {
        Name = "etcd-setup",
        Description = "Chooses the members of Calico's own etcd once, makes their certificates and configuration, and renews the certificates; runs until SIGTERM or SIGINT.",
        Settings = [Options.Settings.Kubeconfig, Options.Settings.Namespace, Options.Settings.LogLevel],
        Read = Read,
        LogLevel = options => options.LogLevel,
        Run = (options, logs, cancellationToken) => RunAsync(options, environment, logs, cancellationToken),
        IsExplained = e => e is KubernetesException,
    }.Command(environment);

    private static EtcdSetupOptions Read(Func<Setting, string?> given)
    {
        var settings = new SettingReader(given);
        EtcdSetupOptions options = new(settings.Text(Options.Settings.Kubeconfig), settings.Text(Options.Settings.Namespace), settings.Severity(Options.Settings.LogLevel));
        return settings.Faults.Count == 0 ? options : throw new OptionsException(settings.Faults);
    }

    private static async Task RunAsync(EtcdSetupOptions options, IReadOnlyDictionary<string, string> environment, ILoggerFactory logs, CancellationToken cancellationToken)
    {
        var config = options.Kubeconfig.Length > 0 ? KubernetesConfig.FromKubeconfig(options.Kubeconfig) : KubernetesConfig.InCluster(environment);
        using var api = new KubernetesClient(config, logs.CreateLogger("kubernetes"));
        await new EtcdSetup(api, options.Namespace, logs.CreateLogger("etcd-setup"), TimeProvider.System).RunAsync(cancellationToken);
    }
}
