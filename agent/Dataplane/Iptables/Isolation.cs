using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Calico.Linux;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Dataplane.Iptables;

/// <summary>
/// Writes a table whose transaction was refused in parts, so that only the guilty ones stay out. New chains first stand closed; then any
/// chain can be written without the others, and halving finds the guilty one.
/// </summary>
internal sealed partial class Isolation(IptablesTool tool, TableState table, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(30);

    /// <returns>Why nothing at all can be written, or null.</returns>
    public async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        var plan = table.Plan();
        if (plan.IsEmpty)
        {
            return null;
        }

        if (await TryAsync(Part(), cancellationToken) is { } refusal)
        {
            return refusal.Message;
        }

        var absent = plan.Replaced.Where(chain => !table.KernelChains.ContainsKey(chain.Name)).Select(chain => table.Closed(chain.Name)).ToList();
        await WriteAsync(absent, chains => Part(replaced: chains), chain => chain.Name, cancellationToken);
        var present = plan.Replaced.Where(chain => table.KernelChains.ContainsKey(chain.Name)).ToList();
        await WriteAsync(present, chains => Part(replaced: chains), chain => chain.Name, cancellationToken);
        await WriteAsync(plan.Hooks, hooks => Part(hooks: hooks), hook => hook.Chain, cancellationToken);

        // Planned anew: what was refused keeps its old rules, which may use some of these.
        await WriteAsync(table.Plan().Removed, names => Part(removed: names), name => name, cancellationToken);
        return null;
    }

    private async Task WriteAsync<T>(
        IReadOnlyList<T> items, Func<IReadOnlyList<T>, TablePlan> toPart, Func<T, string> nameOf, CancellationToken cancellationToken)
    {
        var part = toPart(items);
        if (items.Count == 0 || await TryAsync(part, cancellationToken) is not { } refusal)
        {
            return;
        }

        if (items.Count == 1)
        {
            IptablesLog.ChainRefused(log, tool, table.Table.Name(), nameOf(items[0]), refusal.Message);
            table.Refuse(nameOf(items[0]), refusal.Message, time.GetUtcNow() + RetryPause);
            return;
        }

        var suspects = items.Where(item => nameOf(item) == Suspect(part, refusal.Message)).ToList();
        var first = suspects.Count > 0 ? suspects : [.. items.Take(items.Count / 2)];
        await WriteAsync(first, toPart, nameOf, cancellationToken);
        await WriteAsync([.. items.Except(first)], toPart, nameOf, cancellationToken);
    }

    private async Task<CommandResult?> TryAsync(TablePlan part, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        part.AppendTo(text);
        var result = await tool.RestoreAsync(text.ToString(), cancellationToken);
        if (!result.Succeeded)
        {
            return result;
        }

        table.Written(part);
        return null;
    }

    private TablePlan Part(
        IReadOnlyList<IptablesChain>? replaced = null, IReadOnlyList<HookChange>? hooks = null, IReadOnlyList<string>? removed = null) =>
        new(table.Table, replaced ?? [], hooks ?? [], removed ?? []);

    // The tool names a line where it does not understand one; where the kernel refused, the line says little, or is the last.
    private static string? Suspect(TablePlan part, string message)
    {
        var match = LineNumber().Match(message);
        if (!match.Success || !int.TryParse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var line))
        {
            return null;
        }

        // First the table's name, then one line for each chain, then the rules.
        line -= 2;
        if (line >= 0 && line < part.Replaced.Count)
        {
            return part.Replaced[line].Name;
        }

        line -= part.Replaced.Count;
        foreach (var chain in part.Replaced)
        {
            if (line >= 0 && line < chain.Rules.Count)
            {
                return chain.Name;
            }

            line -= chain.Rules.Count;
        }

        return null;
    }

    [GeneratedRegex("line:? ([0-9]+)")]
    private static partial Regex LineNumber();
}
