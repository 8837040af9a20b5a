using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Messages;
using Calico.Model.Net;

namespace Calico.Agent.Dataplane;

/// <summary>Which workload endpoints the kernel has, at which revision of the datastore, and who waits for them. Thread-safe.</summary>
/// <param name="families">Those that are programmed; nobody waits for another.</param>
internal sealed class EndpointProgress(IReadOnlyCollection<IpFamily> families, TimeProvider time)
{
    /// <summary>An endpoint that takes longer than this is named in the status.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<ResourceId, HashSet<IpFamily>> _families = [];
    private readonly Dictionary<ResourceId, long> _unfinished = [];
    private readonly Dictionary<IpFamily, Progress> _programmed = families.ToDictionary(family => family, _ => default(Progress));
    private readonly List<Waiting> _waiting = [];
    private Progress _taken;

    /// <summary>Everything up to it is in the kernel, all families.</summary>
    public long ProgrammedRevision
    {
        get
        {
            lock (_lock)
            {
                return _programmed.Values.Min(progress => progress.Revision);
            }
        }
    }

    public IReadOnlyList<string> LateEndpoints
    {
        get
        {
            lock (_lock)
            {
                return [.. _unfinished.Where(pair => time.GetElapsedTime(pair.Value) > Late).Select(pair => pair.Key.ToString()).Order(StringComparer.Ordinal)];
            }
        }
    }

    public bool Has(ResourceId id, long revision)
    {
        lock (_lock)
        {
            return IsOver(new Waiting(id, revision)) == true;
        }
    }

    /// <summary>The managers have taken in an update; it is not in the kernel yet.</summary>
    public void Taken(DataplaneUpdate update)
    {
        lock (_lock)
        {
            _taken = new Progress(update.Revision, update.Local);
            foreach (var message in update.Messages)
            {
                if (message is WorkloadEndpointUpdate workload)
                {
                    _families[workload.Id] = [.. workload.Networks.Select(net => net.Family).Where(_programmed.ContainsKey)];
                    _unfinished.TryAdd(workload.Id, time.GetTimestamp());
                }
                else if (message is WorkloadEndpointRemove removed)
                {
                    _families.Remove(removed.Id);
                    _unfinished.Remove(removed.Id);
                }
            }
        }
    }

    /// <summary>All that was taken is in the kernel for these families.</summary>
    public void Programmed(IReadOnlyCollection<IpFamily> done)
    {
        lock (_lock)
        {
            foreach (var family in done)
            {
                _programmed[family] = _taken;
            }

            foreach (var id in _unfinished.Keys.Where(id => FamiliesOf(id).All(family => _programmed[family] == _taken)).ToList())
            {
                _unfinished.Remove(id);
            }

            _waiting.RemoveAll(waiting => IsOver(waiting) is { } ready && waiting.End(ready));
        }
    }

    /// <returns>False when the deadline passed before, or the endpoint is not to be programmed at all.</returns>
    public async Task<bool> WaitAsync(ResourceId id, long revision, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(id, revision);
        lock (_lock)
        {
            if (IsOver(waiting) is { } ready)
            {
                return ready;
            }

            _waiting.Add(waiting);
        }

        try
        {
            return await waiting.Task.WaitAsync(deadline, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            lock (_lock)
            {
                _waiting.Remove(waiting);
            }
        }
    }

    // Null while it must wait on.
    private bool? IsOver(Waiting waiting) =>
        !_taken.Has(waiting.Revision) ? null
        : !_families.ContainsKey(waiting.Id) ? (_programmed.Values.All(all => all.Revision > 0 && all.Has(waiting.Revision)) ? false : null)
        : FamiliesOf(waiting.Id).All(family => _programmed[family].Has(waiting.Revision)) ? true : null;

    private IReadOnlyCollection<IpFamily> FamiliesOf(ResourceId id) => _families[id] is { Count: > 0 } own ? own : _programmed.Keys;

    /// <param name="Local">Of what the datastore has yet to be told.</param>
    private readonly record struct Progress(long Revision, long Local)
    {
        /// <param name="wanted">A revision of the datastore, or LocalBase and a number of a local change.</param>
        public bool Has(long wanted) => wanted >= DataplaneUpdate.LocalBase ? Local >= wanted - DataplaneUpdate.LocalBase : Revision >= wanted;
    }

    private sealed record Waiting(ResourceId Id, long Revision)
    {
        private readonly TaskCompletionSource<bool> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<bool> Task => _end.Task;

        public bool End(bool ready) => _end.TrySetResult(ready);
    }
}
