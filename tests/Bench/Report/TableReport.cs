using System.Globalization;
using Calico.Tests.Bench.Measures;
using Calico.Tests.Bench.Suites;
using Spectre.Console;

namespace Calico.Tests.Bench.Report;

/// <summary>The report for people.</summary>
internal static class TableReport
{
    private const int MinWidth = 110;

    public static void Print(IAnsiConsole console, BenchReport report)
    {
        // Into a file or a pipe the console takes 80 columns, and would break every name in two.
        console.Profile.Width = Math.Max(console.Profile.Width, MinWidth);
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Machine.Processors} x {report.Machine.ProcessorModel}, Linux {report.Machine.Kernel}, load {report.Machine.LoadAverage:0.0} before the run"));
        console.WriteLine(Explain(report.Method));
        console.Write(TableOf(report.Series));
        if (report.Sizes.Count > 0)
        {
            console.Write(TableOf(report.Sizes));
            console.Write(TableOf(report.Targets));
        }

        foreach (var failure in report.Failures)
        {
            console.MarkupLineInterpolated($"[red]failed:[/] {failure}");
        }
    }

    /// <summary>Figures of a command of its own.</summary>
    public static void Print(IAnsiConsole console, IReadOnlyList<Series> series, IReadOnlyList<Target> targets)
    {
        console.Profile.Width = Math.Max(console.Profile.Width, MinWidth);
        console.Write(TableOf(series));
        console.Write(TableOf(targets));
    }

    /// <summary>Which way the figures were taken: without it they mean nothing.</summary>
    public static string Explain(Method method) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        Whole processes, posix_spawn to wait4, monotonic clock, started inside the
        host's network namespace. Contenders in turn, order shuffled each round, each
        on a host of the same shape. One at a time: {method.Rounds} rounds, {method.Pause.TotalMilliseconds:0} ms of quiet before
        each run, and the device of a DEL is gone before the next run starts. At once:
        {method.Batches} batches of {Method.BatchSize} and {method.Storms} of {Method.StormSize}. "/ first" is the ratio of medians, "pairwise" the
        median of the ratios within a round; p99 of fewer than 100 is the largest.
        """);

    private static Table TableOf(IReadOnlyList<Series> all)
    {
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumn("");
        foreach (var column in (string[])["n", "median ms", "p99 ms", "cpu ms", "/ first", "pairwise"])
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (var series in all)
        {
            table.AddRow($"[bold]{Markup.Escape(series.Title)}[/]");
            foreach (var samples in series.All.Where(samples => samples.Count > 0))
            {
                table.AddRow(
                    "  " + Markup.Escape(samples.Contender),
                    samples.Count.ToString(CultureInfo.InvariantCulture),
                    Number(samples.Median),
                    Number(samples.P99),
                    Number(samples.Processor),
                    Number(samples.Median / series.Peer.Median),
                    Number(samples.PairwiseRatio(series.Peer)));
            }
        }

        return table;
    }

    private static Table TableOf(IReadOnlyList<ProgramSize> sizes)
    {
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumn("size").AddColumn(new TableColumn("MB").RightAligned());
        foreach (var size in sizes)
        {
            table.AddRow(size.Name, Number(size.Bytes / 1_000_000.0));
        }

        return table;
    }

    private static Table TableOf(IReadOnlyList<Target> targets)
    {
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumn("target").AddColumn(new TableColumn("found").RightAligned()).AddColumn(new TableColumn("at most").RightAligned()).AddColumn("");
        foreach (var target in targets)
        {
            table.AddRow(
                Markup.Escape(target.What),
                Markup.Escape($"{Number(target.Value)} {target.Unit}".TrimEnd()),
                Markup.Escape($"{Number(target.Limit)} {target.Unit}".TrimEnd()),
                target.Passed ? "[green]pass[/]" : "[yellow]short[/]");
        }

        return table;
    }

    private static string Number(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
