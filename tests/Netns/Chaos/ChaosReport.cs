using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Calico.Tests.Netns.Chaos;

/// <summary>How far a run is, and what came of it.</summary>
internal sealed class ChaosReport(ChaosOptions options, ChaosLedger ledger, ChaosWorld world)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    private int TakenBack => world.Controller.Log.Count(line => line.Contains(" took back ", StringComparison.Ordinal));

    private int Vetoed => world.Controller.Log.Count(line => line.Contains("but its node uses it", StringComparison.Ordinal));

    private double PairsPerSecond => ledger.Pairs / _clock.Elapsed.TotalSeconds;

    /// <summary>When the mischief has ended: the rate does not count what comes after it.</summary>
    public void Stop() => _clock.Stop();

    public string Progress => Text(
        $"{_clock.Elapsed:hh\\:mm\\:ss}  {ledger.Pairs:N0} pairs, {PairsPerSecond:F1}/s; {Killed("ADD") + Killed("DEL"):N0} calls killed, {ledger.Count("fault"):N0} faults; {TakenBack:N0} taken back, {ledger.Duplicates.Count} addresses given twice");

    public string Table(IReadOnlyCollection<string> differences)
    {
        var table = new StringBuilder(Text($"Chaos, seed {options.Seed}, {_clock.Elapsed:hh\\:mm\\:ss}\n"));
        Row("pairs", ledger.Pairs, Text($"{PairsPerSecond:F1} a second"));
        foreach (var verb in new[] { "ADD", "DEL" })
        {
            Row($"{verb} called", ledger.Count(verb), string.Join(", ", ledger.Counts(verb).Select(count => Text($"{count.What} {count.Count:N0}"))));
        }

        foreach (var (what, count) in ledger.Counts("container"))
        {
            Row($"containers {what}", count);
        }

        Row("faults", ledger.Count("fault"));
        foreach (var (what, count) in ledger.Counts("fault"))
        {
            Row($"  {what}", count);
        }

        Row("taken back by the controller", TakenBack, "containers' holdings");
        Row("kept, as their node uses them", Vetoed);
        Row("addresses given twice", ledger.Duplicates.Count);
        Row("leaked, lost or in contradiction", differences.Count);
        return table.ToString();

        void Row(string name, int count, string remark = "") => table.Append(Text($"  {name,-34}{count,9:N0}  {remark}").TrimEnd()).Append('\n');
    }

    private int Killed(string verb) => ledger.Counts(verb).Where(count => count.What == "killed").Sum(count => count.Count);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
