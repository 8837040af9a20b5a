using Calico.Model.Net;
using Calico.Tests.Rig;
using Spectre.Console;

namespace Calico.Tests.Demo;

/// <summary>Who reaches whom over TCP, and as whom the receiver saw the sender.</summary>
internal sealed class ReachabilityMatrix
{
    private readonly IReadOnlyList<Container> _containers;
    private readonly IpFamily _family;
    private readonly Dictionary<(Container From, Container To), IpAddress?> _seen;

    private ReachabilityMatrix(IReadOnlyList<Container> containers, IpFamily family, Dictionary<(Container From, Container To), IpAddress?> seen)
    {
        _containers = containers;
        _family = family;
        _seen = seen;
    }

    /// <summary>What speaks against "every pair is reachable and every source address intact".</summary>
    public IEnumerable<string> Objections => _seen
        .Where(pair => pair.Value != pair.Key.From.Address(_family))
        .Select(pair => $"{pair.Key.From.Name} to {pair.Key.To.Name}: {(pair.Value is { } seen ? $"seen as {seen}" : "not reached")}");

    public static async Task<ReachabilityMatrix> MeasureAsync(IReadOnlyList<Container> containers, IpFamily family)
    {
        var seen = new Dictionary<(Container From, Container To), IpAddress?>();
        foreach (var from in containers)
        {
            foreach (var to in containers.Where(other => other != from))
            {
                seen[(from, to)] = await Reachability.SourceSeenAsync(from.Pod.Namespace, to.Pod.Namespace, to.Address(family));
            }
        }

        return new ReachabilityMatrix(containers, family, seen);
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

    private string Cell(Container from, Container to)
    {
        if (from == to)
        {
            return "[grey]-[/]";
        }

        return _seen[(from, to)] switch
        {
            null => "[red]✗ no[/]",
            { } seen when seen == from.Address(_family) => $"[green]✓ {seen}[/]",
            { } seen => $"[yellow]! {seen}[/]",
        };
    }
}
