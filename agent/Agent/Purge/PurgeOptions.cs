using Calico.Agent.Options;
using Calico.Agent.Routing;
using Calico.Agent.Status;
using Calico.Cni.Protocol;

namespace Calico.Agent.Purge;

/// <param name="RunDirectory">Of the agent whose traces go.</param>
/// <param name="LibraryDirectory">The same.</param>
/// <param name="InterfacePrefixes">What the names of pods' host ends begin with.</param>
/// <param name="DryRun">Only say what would go.</param>
internal sealed record PurgeOptions(string RunDirectory, string LibraryDirectory, IReadOnlyList<string> InterfacePrefixes, bool DryRun)
{
    public string PriorSettingsFile => AgentOptions.PriorSettingsFileIn(LibraryDirectory);

    /// <summary>All that an agent and its BIRD write. The file with the settings of before is the last to go.</summary>
    public IEnumerable<string> Files =>
    [
        .. BirdFiles,
        Path.Combine(RunDirectory, "agent.sock"), StatusFile.In(RunDirectory),
        Path.Combine(LibraryDirectory, "nodename"), Path.Combine(LibraryDirectory, "mtu"), CallJournal.Beside(Path.Combine(LibraryDirectory, "nodename")), PriorSettingsFile,
    ];

    /// <summary>By these another purge knows that BIRD is ours.</summary>
    public IEnumerable<string> BirdFiles
    {
        get
        {
            var bird = new BirdPaths("", RunDirectory);
            return [bird.ConfigFile, bird.ConfigFile + ".new", bird.ControlSocket, bird.PidFile, bird.LogFile];
        }
    }
}
