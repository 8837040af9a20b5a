using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Calico.Tests.Bench.Measures;
using Calico.Tests.Bench.Suites;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Policy;
using Calico.Tests.Rig.Processes;
using static Calico.Tests.Rig.Policy.PolicyObjects;

namespace Calico.Tests.Bench.Policy;

/// <summary>
/// What packets between two pods of a node pay: one host whose pods no policy selects, and one with 200 of 10,000 policies active,
/// ten of them for each of the two pods and the last one deciding; in turn.
/// </summary>
internal static class DatapathFigure
{
    private const int Policies = 10_000;
    private const int Active = 200;
    private const int OfThePods = 10;
    private const int Connections = 500;
    private const int Requests = 5000;
    private const double EstablishedLimit = 1 / 0.95;
    private const double NewLimit = 1.15;
    private const int Bulk = 5201;
    private const double MegabytesOfASample = 100;

    public static async Task<(IReadOnlyList<Series> Series, IReadOnlyList<Target> Targets)> RunAsync(int rounds, Action<string> progress)
    {
        await using var cluster = await PolicyCluster.StartAsync(2, "NFT");
        var pairs = new List<(Actor From, Actor To)>();
        for (var host = 0; host < 2; host++)
        {
            pairs.Add((await cluster.AddPodAsync($"from-{host}", $"side-{host}", host), await cluster.AddPodAsync($"to-{host}", $"side-{host}", host)));
        }

        await cluster.ConnectAsync();
        progress($"{Policies} policies, {Active} of them active on one of two hosts");
        await cluster.CommitAsync(
        [
            Put(Namespace("side-0")), Put(Namespace("side-1")), Put(Namespace(PolicyWorld.Space)),
            .. PolicyWorld.Endpoints(cluster.Hosts[1].NodeName, 0, Active - OfThePods),
            .. PolicyWorld.Policies(0, Active - OfThePods),
            // The others' apps have no endpoint here.
            .. Enumerable.Range(0, Policies).SelectMany(part => PolicyWorld.Policies((part * 1000) + Active, 1000 - Active)).Take(Policies - Active),
            .. Enumerable.Range(0, OfThePods).Select(number => Put(PolicyWorld.Policy(
                $"side-{number}", "projectcalico.org/namespace == 'side-1'", [number < OfThePods - 1 ? AllowTcp(1 + number) : Allow], order: number))),
        ]);
        var series = new[] { $"{MegabytesOfASample:0} MB by TCP", $"{Requests} requests on an open connection", $"{Connections} new connections" }
            .Select(title => new Series(title, [new Samples("no policy"), new Samples($"{Policies} policies")])).ToList();
        for (var round = 0; round < rounds; round++)
        {
            progress($"round {round + 1} of {rounds}");
            foreach (var host in Turn.Of(round, 2))
            {
                var (from, to) = pairs[host];
                series[0].All[host].Add(await BulkAsync(from, to), TimeSpan.Zero);
                series[1].All[host].Add(await RequestsAsync(from, to, 20_000 + round), TimeSpan.Zero);
                series[2].All[host].Add(Connect(from, to, 21_000 + round), TimeSpan.Zero);
            }
        }

        double Ratio(int index) => series[index].All[1].PairwiseRatio(series[index].Peer);
        return (series,
        [
            new Target("established: bytes, time with policies to without", Ratio(0), EstablishedLimit, "x"),
            new Target("established: requests, time with policies to without", Ratio(1), EstablishedLimit, "x"),
            new Target("new connections, time with policies to without", Ratio(2), NewLimit, "x"),
        ]);
    }

    private static async Task<TimeSpan> BulkAsync(Actor from, Actor to)
    {
        await using var server = Daemon.Start(to.Place.Enter(new Command("iperf3", "-s", "-1", "-p", Text(Bulk))));
        double? bitsPerSecond = null;
        var said = "";
        // iperf3 ends well even when the server was not there yet; its report then has no sum.
        await Wait.UntilAsync(
            async () =>
            {
                said = (await from.Place.RunAsync("iperf3", "-c", to.Address4.ToString(), "-p", Text(Bulk), "-t", "1", "-J")).Stdout;
                bitsPerSecond = (double?)JsonNode.Parse(said)?["end"]?["sum_received"]?["bits_per_second"];
                return bitsPerSecond > 0;
            },
            TimeSpan.FromSeconds(10),
            () => $"iperf3: {said}");
        return TimeSpan.FromSeconds(MegabytesOfASample * 8e6 / bitsPerSecond!.Value);
    }

    private static async Task<TimeSpan> RequestsAsync(Actor from, Actor to, int port)
    {
        await using var stream = await RunningStream.OpenAsync(from.Place, to.Place, to.Address4, port);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Requests; i++)
        {
            if (!await stream.PassesAsync(i, TimeSpan.FromSeconds(5)))
            {
                throw new InvalidOperationException($"request {i} from {from} to {to} had no answer");
            }
        }

        return Stopwatch.GetElapsedTime(start);
    }

    private static TimeSpan Connect(Actor from, Actor to, int port)
    {
        using var listener = to.Place.Open(NewSocket);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        var target = new IPEndPoint(to.Address4.ToIPAddress(), port);
        listener.Bind(target);
        listener.Listen(Connections);
        var clients = from.Place.Open(() => Enumerable.Range(0, Connections).Select(_ => NewSocket()).ToList());
        var start = Stopwatch.GetTimestamp();
        foreach (var client in clients)
        {
            // Blocking: the handshake is the kernel's alone, and nothing of the runtime's is timed.
            client.Connect(target);
        }

        var elapsed = Stopwatch.GetElapsedTime(start);
        clients.ForEach(client => client.Dispose());
        return elapsed;
    }

    private static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
