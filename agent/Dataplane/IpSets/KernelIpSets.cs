using System.Globalization;
using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane.Tools;
using Calico.Model.Net;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Dataplane.IpSets;

/// <summary>
/// Our sets, brought from what the kernel has to what we want. The first apply reads the kernel and takes over what is there; later ones
/// write what was set since, without reading.
/// </summary>
/// <remarks>Not for two threads at once.</remarks>
internal sealed class KernelIpSets(IpSetTool tool, TimeSpan refreshInterval, TimeProvider time, ILogger log) : IIpSets
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(30);
    private static readonly IpFamily[] Families = [IpFamily.IPv4, IpFamily.IPv6];

    private readonly Dictionary<string, IpSetState> _sets = [];
    private readonly HashSet<IpSetState> _dirty = [];
    private readonly HashSet<string> _unwanted = [];
    private readonly Dictionary<string, (string Message, long Since)> _problems = [];
    private readonly RefreshPace _pace = new(refreshInterval, time);
    private bool _isKnown;
    private int _temporaries;

    public IReadOnlyList<KernelProblem> Problems => [.. _problems.Select(problem => new KernelProblem($"IP set {problem.Key}", problem.Value.Message))];

    /// <summary>Sets that something still uses, so that they could not be removed yet.</summary>
    public IReadOnlyCollection<string> Unremoved => _unwanted;

    public TimeSpan UntilRefresh => _pace.Remaining;

    public void Set(string id, IpSetKind kind, IReadOnlyCollection<IpSetMember> members)
    {
        foreach (var family in Families)
        {
            var set = StateOf(id, kind, family);
            set.Replace(members.Where(member => member.Family == family));
            Touch(set);
        }
    }

    public void Change(string id, IReadOnlyCollection<IpSetMember> added, IReadOnlyCollection<IpSetMember> removed)
    {
        foreach (var member in removed)
        {
            StateOf(id, member.Family).Remove(member);
        }

        foreach (var member in added)
        {
            StateOf(id, member.Family).Add(member);
        }

        foreach (var family in Families)
        {
            Touch(StateOf(id, family));
        }
    }

    public void Remove(string id)
    {
        foreach (var family in Families)
        {
            if (_sets.Remove(IpSetName.Of(id, family), out var set))
            {
                _dirty.Remove(set);
                _problems.Remove(set.Name);
                _unwanted.Add(set.Name);
            }
        }
    }

    public async Task ApplyUpdatesAsync(CancellationToken cancellationToken)
    {
        if (!_isKnown)
        {
            await ReadAsync(cancellationToken);
        }

        _isKnown = false; // until the write has ended well
        var refused = await WriteAsync([.. _dirty.Where(set => !IsWaiting(set))], cancellationToken);
        if (refused.Count > 0)
        {
            // Once more, because somebody may have changed what we took for known.
            await ReadAsync(cancellationToken);
            refused = await WriteAsync([.. _dirty.Where(set => refused.ContainsKey(set.Name))], cancellationToken);
        }

        foreach (var (name, message) in refused)
        {
            _problems[name] = (message, time.GetTimestamp());
            IpSetLog.Refused(log, name, message);
        }

        _isKnown = true;
    }

    public async Task ApplyRemovalsAsync(CancellationToken cancellationToken)
    {
        if (_unwanted.Count == 0)
        {
            return;
        }

        var refused = await tool.RestoreAsync([.. _unwanted.Select(name => new IpSetCommands(name, [$"destroy {name}"]))], cancellationToken);
        _unwanted.RemoveWhere(name => !refused.TryGetValue(name, out var message) || message.Contains("does not exist", StringComparison.Ordinal));
        foreach (var name in _unwanted)
        {
            IpSetLog.RemovalRefused(log, name, refused[name]);
        }
    }

    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        foreach (var name in await ReadAsync(cancellationToken))
        {
            IpSetLog.Restored(log, name);
        }

        await ApplyUpdatesAsync(cancellationToken);
    }

    /// <returns>The names of the sets that another program changed.</returns>
    private async Task<IReadOnlyList<string>> ReadAsync(CancellationToken cancellationToken)
    {
        var absent = _sets.Values.ToHashSet();
        var changed = new List<string>();
        await _pace.MeasureAsync(async () =>
        {
            await tool.SaveAsync(kernel => Adopt(kernel, absent, changed), cancellationToken);
            return true;
        });
        foreach (var set in absent)
        {
            Adopt(set, null, changed);
        }

        return changed;
    }

    private void Adopt(KernelSet kernel, HashSet<IpSetState> absent, List<string> changed)
    {
        if (_sets.TryGetValue(kernel.Name, out var set))
        {
            absent.Remove(set);
            Adopt(set, kernel, changed);
        }
        else
        {
            _unwanted.Add(kernel.Name);
        }
    }

    private void Adopt(IpSetState set, KernelSet? kernel, List<string> changed)
    {
        if (!set.Adopt(kernel))
        {
            changed.Add(set.Name);
        }

        Touch(set);
    }

    private async Task<IReadOnlyDictionary<string, string>> WriteAsync(List<IpSetState> sets, CancellationToken cancellationToken)
    {
        var temporaries = sets.ToDictionary(set => set.Name, set => Temporary(set.Family));
        var refused = await tool.RestoreAsync(sets.Select(set => new IpSetCommands(set.Name, set.Commands(temporaries[set.Name]))), cancellationToken);
        _unwanted.UnionWith(refused.Keys.Select(name => temporaries[name])); // half filled, perhaps
        foreach (var set in sets.Where(set => !refused.ContainsKey(set.Name)))
        {
            set.Written();
            _problems.Remove(set.Name);
            Touch(set);
        }

        return refused;
    }

    // A set that fails is large, or in another's hands: it is not tried again with every change.
    private bool IsWaiting(IpSetState set) => _problems.TryGetValue(set.Name, out var problem) && time.GetElapsedTime(problem.Since) < RetryPause;

    private void Touch(IpSetState set)
    {
        if (set.IsInSync)
        {
            _dirty.Remove(set);
        }
        else
        {
            _dirty.Add(set);
        }
    }

    private IpSetState StateOf(string id, IpFamily family) => _sets.TryGetValue(IpSetName.Of(id, family), out var set)
        ? set
        : throw new InvalidOperationException($"IP set {id} changes before it was set");

    private IpSetState StateOf(string id, IpSetKind kind, IpFamily family)
    {
        var name = IpSetName.Of(id, family);
        if (!_sets.TryGetValue(name, out var set))
        {
            // One that waits for its removal is there, with members that were not followed any more.
            var presence = _unwanted.Remove(name) ? IpSetPresence.Unknown : IpSetPresence.Absent;
            _sets[name] = set = new IpSetState(name, kind, family) { Presence = presence };
        }

        return set;
    }

    private string Temporary(IpFamily family)
    {
        string name;
        do
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{IpSetName.TemporaryPrefix(family)}{_temporaries++}");
        }
        while (_unwanted.Contains(name));
        return name;
    }
}
