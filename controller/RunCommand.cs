using System.CommandLine;
using System.Net.Sockets;
using Calico.Controller.Options;
using Calico.Hosting;
using Calico.Store;
using Calico.Store.Etcd;
using Calico.Store.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Calico.Controller;

/// <summary><c>calico-controller run</c>.</summary>
internal static class RunCommand
{
    public static Command Create(IReadOnlyDictionary<string, string> environment) => new Service<ControllerOptions>("calico-controller", "controller")
    {
        Settings = Settings.All,
        Read = OptionsReader.Read,
        LogLevel = options => options.LogLevel,
        Run = (options, logs, stopping) => RunAsync(options, environment, logs, stopping),
        IsExplained = e => e is StoreException or KubernetesException or IOException or UnauthorizedAccessException or SocketException,
    }.Command(environment);

    private static async Task RunAsync(
        ControllerOptions options, IReadOnlyDictionary<string, string> environment, ILoggerFactory logs, CancellationToken stopping)
    {
        var config = options.Kubeconfig.Length > 0 ? KubernetesConfig.FromKubeconfig(options.Kubeconfig) : KubernetesConfig.InCluster(environment);
        using var api = new KubernetesClient(config.With(userAgent: "calico-controller"), logs.CreateLogger("kubernetes"), TimeProvider.System);
        await using var store = new EtcdClient(options.Etcd, logs.CreateLogger("store"), TimeProvider.System);
        await new KubeController(options, store, api, logs, TimeProvider.System).RunAsync(stopping);
    }
}
