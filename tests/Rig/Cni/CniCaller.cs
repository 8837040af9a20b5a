using System.Text.Json.Nodes;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Processes;

namespace Calico.Tests.Rig.Cni;

/// <summary>Executes CNI plugins in the namespace of a host, as a container runtime does: parameters in the environment, conf on standard input.</summary>
public sealed class CniCaller(Host host)
{
    private static readonly string[] SearchPath = [Binaries.Directory, Binaries.ReferencePlugins];

    /// <summary>CNI_PATH: where a plugin looks for those it executes itself.</summary>
    public string PluginPath { get; init; } = string.Join(':', SearchPath);

    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(60);

    public Task<CniOutcome> AddAsync(Pod pod, JsonObject conf) => CallAsync("ADD", pod, conf);

    public Task<CniOutcome> DelAsync(Pod pod, JsonObject conf) => CallAsync("DEL", pod, conf);

    public Task<CniOutcome> CheckAsync(Pod pod, JsonObject conf) => CallAsync("CHECK", pod, conf);

    public Task<CniOutcome> StatusAsync(JsonObject conf) => CallAsync("STATUS", null, conf);

    public Task<CniOutcome> VersionAsync(JsonObject conf) => CallAsync("VERSION", null, conf);

    /// <summary>GC: everything of this network and node that is not in <paramref name="valid"/> goes.</summary>
    public Task<CniOutcome> GcAsync(JsonObject conf, params IReadOnlyList<Pod> valid)
    {
        var attachments = valid.Select(pod => new JsonObject { ["containerID"] = pod.ContainerId, ["ifname"] = Pod.Interface });
        return CallAsync("GC", null, conf.With(("cni.dev/valid-attachments", new JsonArray([.. attachments]))));
    }

    /// <summary>One call of the plugin that the conf names.</summary>
    /// <param name="verb">CNI_COMMAND.</param>
    /// <param name="pod">The attachment's container; null for the verbs that have none.</param>
    /// <param name="conf">The conf; its <c>type</c> names the program.</param>
    /// <param name="killAfter">SIGKILL the plugin this long after its start.</param>
    public Task<CniOutcome> CallAsync(string verb, Pod? pod, JsonObject conf, TimeSpan? killAfter = null)
    {
        ArgumentNullException.ThrowIfNull(conf);
        return CallRawAsync(verb, pod, (string)conf["type"]!, conf.ToJsonString(), killAfter);
    }

    /// <summary>One call with any text on standard input.</summary>
    public async Task<CniOutcome> CallRawAsync(string verb, Pod? pod, string plugin, string stdin, TimeSpan? killAfter = null)
    {
        var environment = new Dictionary<string, string>
        {
            ["CNI_COMMAND"] = verb,
            ["CNI_PATH"] = PluginPath,
            ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin",
        };
        if (pod is not null)
        {
            environment["CNI_CONTAINERID"] = pod.ContainerId;
            environment["CNI_NETNS"] = pod.Namespace.Path;
            environment["CNI_IFNAME"] = Pod.Interface;
            environment["CNI_ARGS"] = pod.Arguments;
        }

        var command = new Command(Find(plugin))
        {
            Environment = environment,
            CleanEnvironment = true,
            Stdin = stdin,
            Deadline = Deadline,
            KillAfter = killAfter,
        };
        return new CniOutcome(await host.Namespace.Enter(command).RunAsync());
    }

    private static string Find(string plugin) =>
        SearchPath.Select(directory => Path.Combine(directory, plugin)).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException($"no plugin '{plugin}' in {string.Join(" or ", SearchPath)}; ours are made by ./build.sh --target=Publish");
}
