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
            var unknown = checks.Count(check => check.State == SystemCheckState.Unknown);
            await host.Context.Out.WriteLineAsync((missing, unknown) switch
            {
                (0, 0) => "System meets minimum system requirements to run Calico!",
                (0, _) => $"Nothing that a node needs is known to be missing; {unknown} could not be checked",
                _ => $"{missing} of what a node needs are missing",
            });
            return missing == 0 ? ExitCode.Success : ExitCode.Failed;
        });
        return command;
    }
}
