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
        var absent = plan.Replaced.Where(chain => !table.KernelChains.ContainsKey(chain.Name)).Select(chain => table.Closed(chain.Name)).ToList();
        if (await TryAsync(Part(replaced: absent), cancellationToken) is { } refusal)
        {
            return refusal.Message;
        }

        await WriteAsync(plan.Replaced, cancellationToken);
        foreach (var hook in plan.Hooks)
        {
            Judge(hook.Chain, await TryAsync(Part(hooks: [hook]), cancellationToken));
        }

        // Planned anew: what was refused keeps its old rules, which may use some of these.
        await RemoveAsync(table.Plan().Removed, cancellationToken);
        return null;
    }

    private async Task WriteAsync(IReadOnlyList<IptablesChain> chains, CancellationToken cancellationToken)
    {
        var part = Part(replaced: chains);
        var refusal = await TryAsync(part, cancellationToken);
        if (refusal is null || chains.Count == 1)
        {
            Judge(chains.Count == 1 ? chains[0].Name : "", refusal);
            return;
        }

        var suspect = Suspect(part, refusal.Message);
        var (first, second) = suspect is null
            ? (chains.Take(chains.Count / 2).ToList(), chains.Skip(chains.Count / 2).ToList())
            : (chains.Where(chain => chain.Name == suspect).ToList(), chains.Where(chain => chain.Name != suspect).ToList());
        await WriteAsync(first, cancellationToken);
        await WriteAsync(second, cancellationToken);
    }

    private async Task RemoveAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var refusal = await TryAsync(Part(removed: names), cancellationToken);
        if (refusal is null || names.Count == 1)
        {
            Judge(names.Count == 1 ? names[0] : "", refusal);
            return;
        }

        await RemoveAsync([.. names.Take(names.Count / 2)], cancellationToken);
        await RemoveAsync([.. names.Skip(names.Count / 2)], cancellationToken);
    }

    private void Judge(string name, CommandResult? refusal)
    {
        if (refusal is not null)
        {
            IptablesLog.ChainRefused(log, tool, table.Table.Name(), name, refusal.Message);
            table.Refuse(name, refusal.Message, time.GetUtcNow() + RetryPause);
        }
    }

    private async Task<CommandResult?> TryAsync(TablePlan part, CancellationToken cancellationToken)
    {
        if (part.IsEmpty)
        {
            return null;
        }

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

        // Before the rules: the table's name, and one line for each chain.
        line -= 1 + part.Replaced.Count;
        foreach (var chain in part.Replaced)
        {
            if (line >= 1 && line <= chain.Rules.Count)
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
