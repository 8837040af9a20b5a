using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane.Iptables;
using Calico.Agent.Dataplane.Rules;
using Calico.Model.Net;
using Calico.Policy.Compiled;

namespace Calico.Agent.Dataplane.Managers;

/// <summary>Host endpoints: chains of the interfaces that they are for, which may change without them.</summary>
/// <param name="interfaces">The host's own interfaces and their addresses, as they are now.</param>
internal sealed class HostManager(
    ObjectManager<PolicyId, ActivePolicyUpdate> policies,
    ObjectManager<string, ActiveProfileUpdate> profiles,
    Func<IReadOnlyDictionary<string, IReadOnlyCollection<IpAddress>>> interfaces)
{
    private static readonly IptablesTable[] TablesOfTheirOwn = [IptablesTable.Raw, IptablesTable.Mangle];

    private readonly Dictionary<ResourceId, HostEndpointUpdate> _hosts = [];
    private string _seen = "";

    // The chains are needed from the start, be it without a single host endpoint.
    private bool _changed = true;

    public IReadOnlyCollection<HostEndpointUpdate> All => _hosts.Values;

    public void Set(HostEndpointUpdate host)
    {
        Remove(host.Id);
        _hosts[host.Id] = host;
        NoteUses(host);
    }

    public void Remove(ResourceId id)
    {
        _changed = true;
        if (_hosts.Remove(id, out var host))
        {
            NoteUses(host);
        }
    }

    public void Complete(IReadOnlyList<FamilyTables> families)
    {
        var own = _hosts.Values.Any(host => host.InterfaceName.Length == 0) ? interfaces() : new Dictionary<string, IReadOnlyCollection<IpAddress>>();
        var seen = string.Join(';', own.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {string.Join(',', pair.Value.Order())}"));
        if (!_changed && seen == _seen)
        {
            return;
        }

        foreach (var family in families)
        {
            family.Chains.Set("hosts", family.Rules.Hosts(_hosts.Values, own));
        }

        (_changed, _seen) = (false, seen);
    }

    private void NoteUses(HostEndpointUpdate host)
    {
        foreach (var table in TablesOfTheirOwn)
        {
            policies.UsersChanged(HostTables.Policies(table, host));
            profiles.UsersChanged(HostTables.Profiles(table, host));
        }
    }
}
