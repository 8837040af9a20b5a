using Calico.Agent.Calc;
using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane;
using Calico.Store.Sync;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Policy;

/// <summary>
/// Between the datastore's follower and the dataplane: the calculation graph, under one lock. Changes gather in it until the dataplane asks
/// for them. What one transaction wrote is taken in as a whole, so that no endpoint is programmed without its profile.
/// </summary>
internal sealed class PolicyFeed(string node, ILogger log, TimeProvider time)
{
    /// <summary>A store that never pauses must not hold up the dataplane.</summary>
    private const int LargestBatch = 1000;

    /// <summary>Of the first list: what is taken in soon is soon garbage, which the collector then need not move.</summary>
    private const int FirstBatch = 50;

    private readonly Lock _lock = new();
    private readonly CalculationGraph _graph = new(node);
    private readonly SortedDictionary<string, ValueArray<string>> _problems = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _withoutProfile = new(StringComparer.Ordinal);
    private long _revision;
    private long _local;
    private long? _since;

    // The follower's alone.
    private readonly List<StoreUpdate> _batch = [];
    private bool _isInSync;
    private long _batchRevision;
    private long _batchLocal;

    /// <summary>Called when there is something to take; set before the follower runs.</summary>
    public Action Changed { get; set; } = () => { };

    /// <summary>Stored objects that are wrong or lack what they need, one line for each problem.</summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (_lock)
            {
                return
                [
                    .. _problems.SelectMany(pair => pair.Value.Select(problem => $"{pair.Key}: {problem}")),
                    .. _withoutProfile.Select(pair => $"{pair.Key}: no profile {pair.Value} is stored yet; what no policy allows is dropped"),
                ];
            }
        }
    }

    /// <summary>Takes note of a change. For the follower alone.</summary>
    public void Add(StoreEvent change)
    {
        switch (change)
        {
            case StoreEvent.Set { KeyValue: var keyValue }:
                Add(StoreUpdateReader.Updated(keyValue.Key, keyValue.Value.Span), keyValue.ModRevision);
                break;
            case StoreEvent.Removed removed:
                Add(StoreUpdateReader.Deleted(removed.Key), removed.Revision);
                break;
            case StoreEvent.InSync inSync:
                // Not the greatest: a store that was restored begins anew.
                _batchRevision = inSync.Revision;
                _isInSync = true;
                break;
        }
    }

    /// <summary>Everything up to this number of what this node believes beyond the datastore has been added. For the follower alone.</summary>
    public void NoteLocal(long mark) => _batchLocal = mark;

    /// <summary>What comes next belongs to another transaction. For the follower alone.</summary>
    public void EndOfBatch()
    {
        lock (_lock)
        {
            foreach (var update in _batch)
            {
                _graph.OnUpdate(update);
            }

            if (_isInSync)
            {
                _graph.OnInSync();
                _revision = _batchRevision;
                _local = _batchLocal;
                _since ??= time.GetTimestamp();
            }
        }

        _batch.Clear();
        if (_isInSync)
        {
            Changed();
        }
    }

    /// <summary>What changed since the last time; null before everything that the datastore held was read.</summary>
    public DataplaneUpdate? Take()
    {
        lock (_lock)
        {
            if (_since is not { } since)
            {
                return null;
            }

            _since = null;
            var messages = _graph.Flush();
            foreach (var message in messages)
            {
                Note(message);
            }

            return new DataplaneUpdate(messages, _revision, since) { Local = _local };
        }
    }

    private void Add(StoreUpdate? update, long revision)
    {
        // Nobody takes anything before the first in-sync, so until then any part will do: a list is not in the order of the revisions.
        if (_isInSync ? _batch.Count >= LargestBatch && revision > _batchRevision : _batch.Count >= FirstBatch)
        {
            EndOfBatch();
        }

        _batchRevision = Math.Max(_batchRevision, revision);
        if (update is not null)
        {
            _batch.Add(update);
        }
    }

    private void Note(DataplaneMessage message)
    {
        switch (message)
        {
            case ObjectProblems problems:
                Note(problems);
                break;
            case WorkloadEndpointUpdate { MissingProfiles.Count: > 0 } workload:
                _withoutProfile[workload.Id.ToString()] = string.Join(" or ", workload.MissingProfiles);
                PolicyLog.NoProfile(log, workload.Id.ToString(), string.Join(" or ", workload.MissingProfiles));
                break;
            case WorkloadEndpointUpdate { Id: var id } when _withoutProfile.Remove(id.ToString()):
                PolicyLog.ProfileCame(log, id.ToString());
                break;
            case WorkloadEndpointRemove { Id: var id }:
                _withoutProfile.Remove(id.ToString());
                break;
        }
    }

    private void Note(ObjectProblems found)
    {
        var id = found.Id.ToString();
        if (found.Problems.Count > 0)
        {
            _problems[id] = found.Problems;
            PolicyLog.ObjectWrong(log, id, string.Join("; ", found.Problems));
        }
        else if (_problems.Remove(id))
        {
            PolicyLog.ObjectMended(log, id);
        }
    }
}
