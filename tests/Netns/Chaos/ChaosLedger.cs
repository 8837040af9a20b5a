using System.Collections.Concurrent;
using Calico.Model.Net;

namespace Calico.Tests.Netns.Chaos;

/// <summary>What runtimes were told: who has which address now, and how the calls ended. Notices at once when an address is given to a second container.</summary>
internal sealed class ChaosLedger
{
    private readonly ConcurrentDictionary<IpAddress, string> _inUse = new();
    private readonly ConcurrentDictionary<(string Kind, string What), int> _counts = new();
    private readonly ConcurrentQueue<string> _duplicates = new();
    private int _pairs;

    public IReadOnlyCollection<string> Duplicates => _duplicates;

    public IReadOnlyDictionary<IpAddress, string> InUse => _inUse;

    /// <summary>Pairs of ADD and DEL, or of ADD and being abandoned, however often each had to be tried.</summary>
    public int Pairs => _pairs;

    public void PairDone() => Interlocked.Increment(ref _pairs);

    public void Note(string kind, string what) => _counts.AddOrUpdate((kind, what), 1, (_, count) => count + 1);

    public int Count(string kind) => Counts(kind).Sum(count => count.Count);

    /// <summary>Everything noted of a kind, most frequent first.</summary>
    public IReadOnlyList<(string What, int Count)> Counts(string kind) =>
        [.. _counts.Where(count => count.Key.Kind == kind).Select(count => (count.Key.What, count.Value)).OrderByDescending(count => count.Value)];

    public void Plugged(string container, IReadOnlyList<IpAddress> addresses)
    {
        foreach (var address in addresses)
        {
            if (!_inUse.TryAdd(address, container))
            {
                _duplicates.Enqueue($"{address} was given to {container} while {_inUse.GetValueOrDefault(address)} had it");
            }
        }
    }

    /// <summary>Before the DEL is sent: from then on the address may be another's.</summary>
    public void Unplugged(string container)
    {
        foreach (var (address, _) in _inUse.Where(pair => pair.Value == container))
        {
            _inUse.TryRemove(address, out _);
        }
    }
}
