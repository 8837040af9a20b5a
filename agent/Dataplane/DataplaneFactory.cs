using Calico.Agent.Dataplane.IpSets;
using Calico.Agent.Dataplane.Iptables;
using Calico.Agent.Dataplane.Managers;
using Calico.Agent.Dataplane.Rules;
using Calico.Agent.Dataplane.Tools;
using Calico.Linux.Netlink;
using Calico.Model.Net;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Dataplane;

/// <summary>The loop on this host's kernel.</summary>
public static class DataplaneFactory
{
    private const string ProtocolsFile = "/etc/protocols";

    /// <param name="take">What is new since it was asked last; null for nothing.</param>
    public static DataplaneLoop Create(DataplaneOptions options, Func<DataplaneUpdate?> take, ILogger log, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        var protocols = File.Exists(ProtocolsFile) ? ProtocolNames.FromFile(File.ReadLines(ProtocolsFile)) : ProtocolNames.BuiltIn;
        IpFamily[] families = options.WithIPv6 ? [IpFamily.IPv4, IpFamily.IPv6] : [IpFamily.IPv4];
        var backend = options.Backend == IptablesBackend.Legacy ? IptablesBackend.Legacy : IptablesBackend.Nft;
        var managers = new DataplaneManagers(
            new KernelIpSets(new IpSetTool(HostTools.RunAsync), options.RefreshInterval, time, log),
            [.. families.Select(family => new FamilyTables(
                family,
                new RuleRenderer(options, family, protocols),
                new IptablesTables(new IptablesTool(backend, family, HostTools.RunAsync), options.RefreshInterval, time, log)))],
            () => Interfaces(options.InterfacePrefixes));
        return new DataplaneLoop(managers, take, log, time);
    }

    private static Dictionary<string, IReadOnlyCollection<IpAddress>> Interfaces(IReadOnlyList<string> workloadPrefixes)
    {
        using var kernel = RouteSocket.Open();
        var addresses = kernel.Addresses().ToLookup(address => address.IfIndex, address => address.Address.Address);
        return kernel.Links()
            .Where(link => !workloadPrefixes.Any(prefix => link.Name.StartsWith(prefix, StringComparison.Ordinal)))
            .ToDictionary(link => link.Name, IReadOnlyCollection<IpAddress> (link) => [.. addresses[link.Index]]);
    }
}
