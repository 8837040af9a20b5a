using System.Text.Json.Nodes;
using Calico.Tests.Bench.Spawn;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Cni;
using Calico.Tests.Rig.Network;

namespace Calico.Tests.Bench.Stage;

/// <summary>
/// One way to attach a pod: a plugin with its conf, on a host of its own with pods of its own, so that all have the same number of
/// devices around them and none wakes the daemons of another.
/// </summary>
internal sealed class Contender(string name, Host host, string plugin, JsonObject conf, IReadOnlyList<Pod> pods)
{
    private readonly string _conf = conf.ToJsonString();

    public string Name { get; } = name;

    public Host Host { get; } = host;

    public IReadOnlyList<Pod> Pods { get; } = pods;

    public ProgramStart Add(Pod pod) => Call("ADD", pod, _conf);

    /// <summary>DEL with the result of ADD as prevResult, as runtimes call it since CNI 0.4.0.</summary>
    public ProgramStart Del(Pod pod, string result) => Call("DEL", pod, conf.With(("prevResult", JsonNode.Parse(result))).ToJsonString());

    public override string ToString() => Name;

    private ProgramStart Call(string verb, Pod pod, string stdin) => new(
        plugin,
        new Dictionary<string, string>
        {
            ["CNI_COMMAND"] = verb,
            ["CNI_CONTAINERID"] = pod.ContainerId,
            ["CNI_NETNS"] = pod.Namespace.Path,
            ["CNI_IFNAME"] = Pod.Interface,
            ["CNI_ARGS"] = pod.Arguments,
            ["CNI_PATH"] = $"{Binaries.Directory}:{Binaries.ReferencePlugins}",
            ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin",
        },
        stdin);
}
