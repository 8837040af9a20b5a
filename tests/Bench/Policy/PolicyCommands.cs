using System.CommandLine;
using Calico.Tests.Bench.Ipam;
using Calico.Tests.Bench.Measures;
using Calico.Tests.Bench.Report;
using Calico.Tests.Rig;
using Spectre.Console;

namespace Calico.Tests.Bench.Policy;

/// <summary>The figures of one part each, each a command of its own.</summary>
internal static class PolicyCommands
{
    public static IEnumerable<Command> All()
    {
        var backend = new Option<string>("--backend") { Description = "NFT or Legacy.", DefaultValueFactory = _ => "NFT" };
        yield return Of("first-packet", "What ADD pays for waiting until the pod's policy is in the kernel.", 200, (count, _) => FirstPacketFigure.RunAsync(count, Progress));
        yield return Of("policy-latency", "From a write to etcd until packets meet it.", 100, (count, _) => LatencyFigure.RunAsync(count, Progress));
        yield return Of("datapath", "What packets between pods pay for policy.", 10, (count, _) => DatapathFigure.RunAsync(count, Progress));
        yield return Of("ipam-scale", "Allocations a second through one agent and beside it, against what its etcd can commit.", 640, (count, _) => IpamScaleFigure.RunAsync(count, Progress));
        var unique = new Option<bool>("--unique-labels") { Description = "Every endpoint has a label that no other has." };
        yield return Of(
            "policy-scale", "What the agent costs a node of a large cluster.", 200, (count, parsed) => AgentScaleFigure.RunAsync(count, parsed.GetValue(unique), Progress), unique);
        yield return Of(
            "rules-scale", "A change of one chain beside 50,000 rules and beside 1,000.", 40, (count, parsed) => RulesScaleFigure.RunAsync(count, parsed.GetValue(backend)!, Progress), backend);
    }

    private static Command Of(
        string name, string description, int count, Func<int, ParseResult, Task<(IReadOnlyList<Series> Series, IReadOnlyList<Target> Targets)>> run, params IReadOnlyList<Option> options)
    {
        var rounds = new Option<int>("--rounds") { Description = $"How often (default {count}).", DefaultValueFactory = _ => count };
        var command = new Command(name, $"{description} Needs root.") { rounds };
        foreach (var option in options)
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, _) =>
        {
            if (await RigRun.MissingAsync() is { } missing)
            {
                await Console.Error.WriteLineAsync($"The benchmark cannot run here: {missing}.");
                return 2;
            }

            await RigRun.SweepLeftoversAsync();
            var (series, targets) = await run(parsed.GetValue(rounds), parsed);
            TableReport.Print(AnsiConsole.Console, series, targets);
            return 0;
        });
        return command;
    }

    private static void Progress(string text) => Console.Error.WriteLine(text);
}
