using System.Collections.Immutable;
using Calico.Ipam.Core;
using Calico.Ipam.Core.Reserve;
using Calico.Model.Net;

namespace Calico.Agent.Api.Outage;

/// <summary>
/// The addresses of the reserve that nobody has, and who may have them: those that were never given out first, then the one that has rested the
/// longest. Not thread-safe.
/// </summary>
internal sealed class ReserveStock
{
    private readonly List<(IpAddress Address, DateTimeOffset? Since)> _free = [];
    private ImmutableHashSet<IpAddress> _owned = [];
    private OfflineRules? _rules;

    public int Count(IpFamily family) => _free.Count(free => free.Address.Family == family);

    /// <summary>Addresses for a request, which stay here; null when there are none for it.</summary>
    public ImmutableArray<IpAddress>? Choose(AssignRequest request, DateTimeOffset now)
    {
        if (_rules is not { } rules)
        {
            return null;
        }

        try
        {
            return rules.Choose(request, [.. _free.Where(free => free.Since is not { } since || since + rules.CoolDown <= now).Select(free => free.Address)]);
        }
        catch (IpamException)
        {
            // What was last known may be old: the store says what is wrong with the request.
            return null;
        }
    }

    public void Take(ImmutableArray<IpAddress> addresses) => _free.RemoveAll(free => addresses.Contains(free.Address));

    /// <summary>Takes back what a pod had. What this process does not know to be the node's is not used again.</summary>
    public void Return(IEnumerable<IpAddress> addresses, DateTimeOffset now) =>
        _free.AddRange(addresses.Where(_owned.Contains).Select(address => (address, (DateTimeOffset?)now)));

    /// <summary>These are a pod's from now on, also for the store.</summary>
    public void Forget(IEnumerable<IpAddress> addresses) => _owned = _owned.Except(addresses);

    /// <summary>Nothing is given out before the reserve was read again.</summary>
    public void Withdraw() => _rules = null;

    /// <summary>Takes over what the store says; what is known already keeps its place.</summary>
    /// <param name="inUse">Addresses of it that pods have.</param>
    public void Fill(ReserveContent content, IEnumerable<IpAddress> inUse)
    {
        _rules = content.Rules;
        _owned = [.. content.Addresses];
        var now = content.Addresses.Except(inUse).ToList();
        var kept = _free.Where(free => now.Contains(free.Address)).ToList();
        _free.Clear();
        _free.AddRange(now.Except(kept.Select(free => free.Address)).Select(address => (address, (DateTimeOffset?)null)));
        _free.AddRange(kept);
    }
}
