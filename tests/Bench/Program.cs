using System.CommandLine;
using Calico.Tests.Bench;
using Calico.Tests.Bench.Ipam;
using Calico.Tests.Bench.Policy;
using Calico.Tests.Bench.PolicyScale;
using Calico.Tests.Bench.Report;
using Calico.Tests.Bench.Suites;
using Calico.Tests.Rig;
using Spectre.Console;

var quick = new Option<bool>("--quick") { Description = "Fewer rounds: a first look, about half a minute." };
var rounds = new Option<int?>("--rounds") { Description = "Rounds of sequential ADD and DEL (default 100, with --quick 20)." };
var peerOnly = new Option<bool>("--peer-only") { Description = "Measure ptp + host-local alone; needs none of our programs." };
var pairs = new Option<bool>("--pairs") { Description = "Only the pairs: etcd with and without TLS, with policy and without." };
var output = new Option<string>("--output", "-o", "--o") { Description = "table or json.", DefaultValueFactory = _ => "table" };
output.AcceptOnlyFromAmong("table", "json");

var command = new RootCommand("Times whole CNI calls of calico against ptp + host-local, in turn in one run. Needs root.")
{
    quick, rounds, peerOnly, pairs, output, GraphScale(),
};
foreach (var figure in PolicyCommands.All())
{
    command.Subcommands.Add(figure);
}

command.Subcommands.Add(LoadCommand.Create());
command.SetAction(async (arguments, _) =>
{
    if (await RigRun.MissingAsync() is { } missing)
    {
        await Console.Error.WriteLineAsync($"The benchmark cannot run here: {missing}.");
        return 2;
    }

    await RigRun.SweepLeftoversAsync();
    var method = arguments.GetValue(quick) ? Method.Quick : Method.Full;
    method = method with { Rounds = arguments.GetValue(rounds) ?? method.Rounds };
    if (arguments.GetValue(pairs))
    {
        method = method with { PairsOnly = true, Batches = 0, Storms = 0 };
    }

    var report = await new Benchmark(method, arguments.GetValue(peerOnly), Console.Error.WriteLine).RunAsync();
    if (arguments.GetValue(output) == "json")
    {
        Console.WriteLine(JsonReport.Write(report));
    }
    else
    {
        TableReport.Print(AnsiConsole.Console, report);
    }

    // Targets that are missed fail nothing: a shared machine has bad days.
    return 0;
});
return await command.Parse(args).InvokeAsync();

static Command GraphScale()
{
    var endpoints = new Option<int>("--endpoints") { Description = "Of other nodes.", DefaultValueFactory = _ => 100_000 };
    var policies = new Option<int>("--policies") { Description = "200 of 10,000 select an endpoint here.", DefaultValueFactory = _ => 10_000 };
    var unique = new Option<bool>("--unique-labels") { Description = "Every endpoint has a label that no other has." };
    var scale = new Command("graph-scale", "Feeds the calculation graph a large cluster. Needs nothing.") { endpoints, policies, unique };
    scale.SetAction(arguments =>
        Console.WriteLine(ScaleRun.Run(arguments.GetValue(endpoints), arguments.GetValue(policies), arguments.GetValue(unique))));
    return scale;
}
