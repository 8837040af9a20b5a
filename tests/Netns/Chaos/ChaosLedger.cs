using System.Collections.Concurrent;
using System.Globalization;
using Calico.Model.Net;

namespace Calico.Tests.Netns.Chaos;

/// <summary>What runtimes were told: who has which address now, and how the calls ended. Notices at once when an address is given to a second container.</summary>
internal sealed class ChaosLedger
{
    private readonly ConcurrentDictionary<IpAddress, string> _inUse = new();
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly ConcurrentQueue<string> _duplicates = new();

    public IReadOnlyCollection<string> Duplicates => _duplicates;

    public IReadOnlyDictionary<IpAddress, string> InUse => _inUse;

    public int Pairs => Count("pairs");

    public int Count(string what) => _counts.GetValueOrDefault(what);

    public void Note(string what) => _counts.AddOrUpdate(what, 1, (_, count) => count + 1);

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

    public override string ToString() => string.Join(", ", _counts.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Key} {c.Value}")));
}
