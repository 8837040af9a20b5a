using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane.Iptables;
using Calico.Model.Net;
using Calico.Policy.Compiled;

namespace Calico.Agent.Dataplane.Rules;

/// <summary>Which interface a host endpoint is for, and what its chains need in which table.</summary>
internal static class HostTables
{
    /// <summary>The endpoint of each interface; <c>*</c> for all that have none of their own.</summary>
    public static IReadOnlyDictionary<string, HostEndpointUpdate> ByInterface(
        IReadOnlyCollection<HostEndpointUpdate> hosts, IReadOnlyDictionary<string, IReadOnlyCollection<IpAddress>> interfaces)
    {
        var found = new Dictionary<string, HostEndpointUpdate>();
        foreach (var host in hosts.OrderBy(host => host.Id.Name, StringComparer.Ordinal))
        {
            // One that is named is policed from its first packet on, also when it is not there yet.
            var names = host.InterfaceName.Length > 0
                ? [host.InterfaceName]
                : interfaces.Where(own => host.IsFor(own.Key, own.Value)).Select(own => own.Key);
            foreach (var name in names)
            {
                found.TryAdd(name, host);
            }
        }

        return found;
    }

    /// <summary>Besides those of the filter table, which has all.</summary>
    public static IEnumerable<PolicyId> Policies(IptablesTable table, HostEndpointUpdate host) => table switch
    {
        IptablesTable.Raw => host.Untracked.SelectMany(tier => tier.Ingress.Concat(tier.Egress)),
        IptablesTable.Mangle => host.PreDnat.SelectMany(tier => tier.Ingress).Concat(host.Normal.SelectMany(tier => tier.Egress)),
        _ => [],
    };

    /// <inheritdoc cref="Policies"/>
    public static ValueArray<string> Profiles(IptablesTable table, HostEndpointUpdate host) =>
        table == IptablesTable.Mangle ? host.Profiles : [];
}
