using System.CommandLine;
using Calico.Ipam.Core;
using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Json;
using Calico.Model.Net;
using Calico.Store;

namespace Calico.Ctl.Ipam;

/// <summary><c>calicoctl ipam show</c>.</summary>
internal static class ShowCommand
{
    public static Command Create(CommandHost host)
    {
        var ip = new Option<string>("--ip") { Description = "who holds this address", HelpName = "address" };
        var blocks = new Option<bool>("--show-blocks") { Description = "every block, besides the pools" };
        var borrowed = new Option<bool>("--show-borrowed") { Description = "addresses that nodes took from blocks of others" };
        var configuration = new Option<bool>("--show-configuration") { Description = "the settings of address management" };
        var command = new Command("show", "Shows how full the pools are, or who holds an address") { ip, blocks, borrowed, configuration };
        host.OnStore(command, async (parsed, store, cancellationToken) =>
        {
            if (parsed.GetValue(configuration))
            {
                var stored = (await store.RangeAsync(new RangeRequest(EtcdKeys.IpamConfig), cancellationToken)).Single;
                await host.Context.Out.WriteAsync(UsageText.Configuration(stored is null ? IpamConfig.Default : ModelJson.Read<IpamConfig>(stored.Value.Span)));
                return ExitCode.Success;
            }

            using var ipam = new IpamClient(store, time: host.Context.Time);
            var snapshot = await ipam.SnapshotAsync(cancellationToken);
            var text = parsed.GetValue(ip) is { } address ? UsageText.Address(snapshot, Parse(address))
                : parsed.GetValue(borrowed) ? UsageText.Borrowed(snapshot)
                : UsageText.Utilization(snapshot, parsed.GetValue(blocks));
            await host.Context.Out.WriteAsync(text);
            foreach (var problem in snapshot.Problems)
            {
                await host.WarnAsync(problem);
            }

            return ExitCode.Success;
        });
        return command;
    }

    /// <exception cref="CtlException">It is no address.</exception>
    public static IpAddress Parse(string text) =>
        IpAddress.TryParse(text, out var address) ? address : throw CtlException.Usage($"'{text}' is not an address such as 10.244.0.1 or fd00::1");
}
