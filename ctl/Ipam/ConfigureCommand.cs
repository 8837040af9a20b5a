using System.CommandLine;
using Calico.Ipam.Core;
using Calico.Model.Ipam;

namespace Calico.Ctl.Ipam;

/// <summary><c>calicoctl ipam configure</c>.</summary>
internal static class ConfigureCommand
{
    private const int LongestCooldown = 1200;

    public static Command Create(CommandHost host)
    {
        var strict = new Option<bool?>("--strictaffinity") { Description = "true: a node takes addresses from its own blocks alone", HelpName = "true|false" };
        var blocks = new Option<int?>("--max-blocks-per-host") { Description = "blocks that a node may own; 0 is the usual limit", HelpName = "number" };
        var cooldown = new Option<int?>("--ip-cooldown-seconds") { Description = $"how long a released address rests, 0 to {LongestCooldown}", HelpName = "seconds" };
        var command = new Command("configure", "Changes the settings of address management") { strict, blocks, cooldown };
        host.OnStore(command, async (parsed, store, cancellationToken) =>
        {
            var (isStrict, most, rest) = (parsed.GetValue(strict), parsed.GetValue(blocks), parsed.GetValue(cooldown));
            if (isStrict is null && most is null && rest is null)
            {
                throw CtlException.Usage("say what to change: --strictaffinity, --max-blocks-per-host or --ip-cooldown-seconds");
            }

            if (most < 0 || rest is < 0 or > LongestCooldown)
            {
                throw CtlException.Usage($"--max-blocks-per-host is at least 0, --ip-cooldown-seconds from 0 to {LongestCooldown}");
            }

            using var ipam = new IpamClient(store, time: host.Context.Time);
            var config = await ipam.ConfigureAsync(before => Changed(before, isStrict, most, rest), cancellationToken);
            await host.Context.Out.WriteAsync($"Successfully configured address management:\n{UsageText.Configuration(config)}");
            return ExitCode.Success;
        });
        return command;
    }

    private static IpamConfig Changed(IpamConfig before, bool? strict, int? blocks, int? cooldown) => before with
    {
        StrictAffinity = strict ?? before.StrictAffinity,
        MaxBlocksPerHost = blocks ?? before.MaxBlocksPerHost,
        IpCooldownSeconds = cooldown ?? before.IpCooldownSeconds,
    };
}
