using System.CommandLine;

namespace Calico.Ctl.Nodes;

/// <summary><c>calicoctl node</c>: about the host it runs on; needs no datastore.</summary>
internal static class NodeCommand
{
    public static Command Create(CommandHost host) => new("node", "About this host: BGP sessions and policy, its fitness, and what support would ask for")
    {
        StatusCommand.Create(host),
        DiagsCommand.Create(host),
        CheckSystemCommand.Create(host),
    };

    public static Option<string> RunDirectory() => new("--run-dir")
    {
        Description = "directory where the agent and BIRD of this host have their files",
        HelpName = "directory",
        DefaultValueFactory = _ => "/var/run/calico",
    };
}
