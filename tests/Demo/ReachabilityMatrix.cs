using Calico.Model.Net;
using Calico.Policy.Evaluation;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Probing;
using Spectre.Console;

namespace Calico.Tests.Demo;

/// <summary>Who reaches whom over TCP, and as whom the receiver saw the sender, beside what policy says.</summary>
internal sealed class ReachabilityMatrix
{
    private const int Tcp = 6;
    private readonly IReadOnlyList<Container> _containers;
    private readonly IpFamily _family;
    private readonly Func<Container, Container, bool> _expected;
    private readonly Dictionary<(Container From, Container To), IpAddress?> _seen;

    private ReachabilityMatrix(
        IReadOnlyList<Container> containers,
        IpFamily family,
        Func<Container, Container, bool> expected,
        Dictionary<(Container From, Container To), IpAddress?> seen)
    {
        _containers = containers;
        _family = family;
        _expected = expected;
        _seen = seen;
    }

    /// <summary>What speaks against "each pair is as policy says, and every source address intact".</summary>
    public IEnumerable<string> Objections => _seen
        .Where(pair => pair.Value != Wanted(pair.Key.From, pair.Key.To))
        .Select(pair => $"{pair.Key.From.Name} to {pair.Key.To.Name}: {(pair.Value is { } seen ? $"seen as {seen}" : "not reached")}");

    /// <param name="dataCentre">Where to measure.</param>
    /// <param name="family">With which addresses.</param>
    /// <param name="expected">Whether the first is to reach the second.</param>
    public static async Task<ReachabilityMatrix> MeasureAsync(DataCentre dataCentre, IpFamily family, Func<Container, Container, bool> expected)
    {
        var all = dataCentre.Containers;
        var pairs = (from one in all from other in all where one != other select (From: one, To: other)).ToList();
        // A probe says at once that it was refused, where a connection would wait.
        var arrived = dataCentre.Prober.Send([.. pairs.Select(pair => ProbeOf(pair.From, pair.To, family))]);
        var seen = new Dictionary<(Container From, Container To), IpAddress?>();
        foreach (var (pair, arrives) in pairs.Zip(arrived))
        {
            var receiver = pair.To.Pod.Namespace;
            seen[pair] = arrives ? await Reachability.SourceSeenAsync(pair.From.Pod.Namespace, receiver, pair.To.Address(family)) : null;
        }

        return new ReachabilityMatrix(all, family, expected, seen);
    }

    /// <summary>A row for each sender, a column for each receiver; the cell is the address from which the receiver was called.</summary>
    public Table Render()
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("from \\ to");
        foreach (var to in _containers)
        {
            table.AddColumn(new TableColumn($"{to.Name} [grey]({to.Pod.Host})[/]").Centered());
        }

        foreach (var from in _containers)
        {
            table.AddRow([$"{from.Name} [grey]({from.Pod.Host})[/]", .. _containers.Select(to => Cell(from, to))]);
        }

        return table;
    }

    private IpAddress? Wanted(Container from, Container to) => _expected(from, to) ? from.Address(_family) : null;

    private string Cell(Container from, Container to)
    {
        if (from == to)
        {
            return "[grey]-[/]";
        }

        return (_seen[(from, to)], Wanted(from, to)) switch
        {
            (null, null) => "[red]✗ refused[/]",
            (null, _) => "[yellow]! not reached[/]",
            ({ } seen, { } wanted) when seen == wanted => $"[green]✓ {seen}[/]",
            ({ } seen, _) => $"[yellow]! {seen}[/]",
        };
    }

    private static Probe ProbeOf(Container from, Container to, IpFamily family) => new(
        from.Pod.Namespace,
        to.Pod.Namespace,
        new Packet(from.Address(family), to.Address(family), Tcp, Random.Shared.Next(20_000, 60_000), 80));
}
