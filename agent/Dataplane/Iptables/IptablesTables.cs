using System.Text;
using Calico.Agent.Dataplane.Tools;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Dataplane.Iptables;

/// <summary>
/// The tables of one family, brought from what the kernel has to what we want. The first apply reads the kernel and takes over what is
/// there; later ones write what was set since, without reading.
/// </summary>
/// <remarks>Not for two threads at once. The two families may be applied side by side.</remarks>
internal sealed class IptablesTables(IptablesTool tool, TimeSpan refreshInterval, TimeProvider time, ILogger log) : IIptables
{
    private readonly Dictionary<IptablesTable, TableState> _tables = IptablesTableNames.All.ToDictionary(table => table, table => new TableState(table));
    private readonly Dictionary<IptablesTable, string> _failed = [];

    // Names of what others had changed, or what the tool perhaps prints in another way: to be read back once written.
    private readonly Dictionary<IptablesTable, IReadOnlyList<string>> _doubtful = [];
    private readonly RefreshPace _pace = new(refreshInterval, time);
    private bool _isKnown;

    // What differs at the start is what the datastore says now and did not when an agent last wrote: nobody else need have been there.
    private bool _hasApplied;

    public IReadOnlyList<KernelProblem> Problems =>
    [
        .. _failed.Select(failure => new KernelProblem($"table {failure.Key.Name()} ({tool.Family})", failure.Value)),
        .. from table in _tables.Values
           from refusal in table.Refusals
           select new KernelProblem($"chain {refusal.Key} of table {table.Table.Name()} ({tool.Family})", refusal.Value.Message),
    ];

    public TimeSpan UntilRefresh => _pace.Remaining;

    public void Doubt() => _pace.Hurry();

    public void Set(IptablesTable table, IptablesChain chain) => _tables[table].Set(chain);

    public void Remove(IptablesTable table, string chain) => _tables[table].Remove(chain);

    public void Set(IptablesTable table, IptablesHook hook) => _tables[table].Set(hook);

    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        if (!_isKnown)
        {
            await ReadAsync(cancellationToken);
        }

        _isKnown = false; // until the write has ended well
        await WriteAsync(cancellationToken);
        await ReadBackAsync(cancellationToken);
        if (_failed.Count > 0)
        {
            throw new IOException(string.Join("; ", _failed.Select(failure => $"table {failure.Key.Name()} ({tool}): {failure.Value}")));
        }

        _isKnown = true;
        _hasApplied = true;
    }

    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        foreach (var table in _tables.Values)
        {
            table.RetryRefused(time.GetUtcNow());
        }

        _isKnown = false;
        await ApplyAsync(cancellationToken);
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var kernel = await _pace.MeasureAsync(() => tool.SaveAsync(cancellationToken));
        _failed.Clear();
        foreach (var (name, table) in _tables)
        {
            if (kernel.Unreadable.Contains(name))
            {
                _failed[name] = "another program put rules there that iptables cannot print: remove them, or give them a table of their own";
                continue;
            }

            var changed = table.Adopt(kernel.Tables.GetValueOrDefault(name) ?? new KernelTable());
            if (changed.Count > 0)
            {
                _doubtful[name] = changed;
            }
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        // Once more after a refusal, because somebody may have changed what we took for known; then chain by chain.
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var plans = Writable().Select(table => table.Plan()).Where(plan => !plan.IsEmpty).ToList();
            if (plans.Count == 0)
            {
                return;
            }

            var result = await tool.RestoreAsync(Text(plans), cancellationToken);
            if (result.Succeeded)
            {
                plans.ForEach(plan => _tables[plan.Table].Written(plan));
                return;
            }

            IptablesLog.Refused(log, tool, result.Message);
            await ReadAsync(cancellationToken);
        }

        foreach (var table in Writable().ToList())
        {
            if (await new Isolation(tool, table, time, log).RunAsync(cancellationToken) is { } failure)
            {
                _failed[table.Table] = failure;
            }
        }
    }

    private async Task ReadBackAsync(CancellationToken cancellationToken)
    {
        if (_doubtful.Count == 0)
        {
            return;
        }

        var doubtful = _doubtful.ToList();
        _doubtful.Clear();
        var kernel = await tool.SaveAsync(cancellationToken);
        foreach (var (name, chains) in doubtful)
        {
            var table = _tables[name];
            var learned = table.ReadBack(kernel.Tables.GetValueOrDefault(name) ?? new KernelTable(), chains);
            if (learned.Count > 0)
            {
                IptablesLog.PrintLearned(log, tool, name.Name(), string.Join(", ", learned));
            }

            Report(name, [.. chains.Except(learned)]);
        }
    }

    private void Report(IptablesTable table, IReadOnlyList<string> restored)
    {
        if (_hasApplied && restored.Count > 0)
        {
            IptablesLog.Restored(log, tool, table.Name(), string.Join(", ", restored));
        }
        else if (restored.Count(name => OurChains.Contain(name)) is var ours and > 0)
        {
            IptablesLog.TakenOver(log, tool, table.Name(), ours);
        }
    }

    private IEnumerable<TableState> Writable() => _tables.Values.Where(table => !_failed.ContainsKey(table.Table));

    private static string Text(List<TablePlan> plans)
    {
        var text = new StringBuilder();
        plans.ForEach(plan => plan.AppendTo(text));
        return text.ToString();
    }
}
