using System.CommandLine;

namespace Calico.Ctl.Ipam;

/// <summary><c>calicoctl ipam</c>.</summary>
internal static class IpamCommand
{
    public static Command Create(CommandHost host) => new("ipam", "Shows, checks and changes addresses, blocks and pools")
    {
        ShowCommand.Create(host),
        CheckCommand.Create(host),
        ReleaseCommand.Create(host),
        ConfigureCommand.Create(host),
        SplitCommand.Create(host),
    };
}
