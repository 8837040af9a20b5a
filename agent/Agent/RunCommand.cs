using System.CommandLine;
using Calico.Agent.Options;
using Calico.Agent.Startup;
using Calico.Hosting;
using Calico.Linux.Netlink;
using Calico.Store;
using Calico.Store.Kubernetes;

namespace Calico.Agent;

/// <summary><c>calico-agent run</c>.</summary>
internal static class RunCommand
{
    public static Command Create(IReadOnlyDictionary<string, string> environment) => new Service<AgentOptions>("calico-agent", "agent")
    {
        Settings = Settings.All,
        Read = given => OptionsReader.Read(given, environment.Keys),
        LogLevel = options => options.LogLevel,
        Run = (options, logs, stopping) => new NodeAgent(options, logs, TimeProvider.System).RunAsync(stopping),
        IsExplained = e => e is StartupException or StoreException or KubernetesException or IOException or UnauthorizedAccessException or NetlinkException,
    }.Command(environment);
}
