using System.CommandLine;
using Calico.Ctl.Output;

namespace Calico.Ctl.Nodes;

/// <summary><c>calicoctl node checksystem</c>.</summary>
internal static class CheckSystemCommand
{
    public static Command Create(CommandHost host)
    {
        var command = new Command("checksystem", "Says whether this host's kernel has what a node needs; code 1 when it does not");
        host.On(command, async (_, _) =>
        {
            var checks = SystemJudge.Judge(KernelFacts.Read());
            await host.Context.Out.WriteAsync(TextTable.Plain(
                ["WHAT", "STATE", "ADVICE"], [.. checks.Select(check => (string[])[check.Name, check.State == SystemCheckState.Ok ? "OK" : check.State.ToString().ToUpperInvariant(), check.Advice])]));
            var missing = checks.Count(check => check.State == SystemCheckState.Missing);
            await host.Context.Out.WriteLineAsync(missing == 0 ? "System meets minimum system requirements to run Calico!" : $"{missing} of what a node needs are missing");
            return missing == 0 ? ExitCode.Success : ExitCode.Failed;
        });
        return command;
    }
}
