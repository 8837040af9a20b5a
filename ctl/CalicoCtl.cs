using System.CommandLine;
using Calico.Ctl.Commands;
using Calico.Ctl.Datastore;
using Calico.Ctl.Help;
using Calico.Ctl.Ipam;
using Calico.Ctl.Nodes;
using Calico.Ctl.Wait;
using Calico.Ctl.Why;

namespace Calico.Ctl;

/// <summary>The tree of commands. A new one is one line here.</summary>
internal static class CalicoCtl
{
    public static Task<int> RunAsync(IReadOnlyList<string> arguments, CtlContext context)
    {
        var host = new CommandHost(context);
        var root = new RootCommand("Manages Calico's resources, addresses and datastore in etcd")
        {
            host.Config,
            host.AllowVersionMismatch,
            host.KubernetesContext,
            GetCommand.Create(host),
            ManifestCommand.Apply(host),
            ManifestCommand.Create(host),
            ManifestCommand.Replace(host),
            DeleteCommand.Create(host),
            PatchCommand.Create(host),
            LabelCommand.Create(host),
            ValidateCommand.Create(host),
            IpamCommand.Create(host),
            DatastoreCommand.Create(host),
            NodeCommand.Create(host),
            WhyCommand.Create(host),
            WaitCommand.Create(host),
            VersionCommand.Create(host),
            CompletionCommand.Create(host),
        };
        TeachingHelp.Install(root);
        return host.InvokeAsync(root, arguments);
    }
}
