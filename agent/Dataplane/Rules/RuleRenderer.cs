using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane.Iptables;
using Calico.Model.Net;

namespace Calico.Agent.Dataplane.Rules;

/// <summary>
/// What one family's tables should hold for each object of the calculation graph. Pure: the same object gives the same chains, so who keeps
/// what an object had knows what to remove. <see cref="Static"/>, <see cref="WorkloadDispatch"/> and <see cref="Hosts"/> jump to each
/// other's chains, and are needed from the start, be it without a single endpoint. The sets <see cref="IpSetIds.MasqueradedPools"/>,
/// <see cref="IpSetIds.AllPools"/> and <see cref="IpSetIds.AllHosts"/> must be there too.
/// </summary>
internal sealed class RuleRenderer
{
    private readonly RuleContext _context;
    private readonly PolicyChains _policies;
    private readonly WorkloadChains _workloads;

    public RuleRenderer(DataplaneOptions options, IpFamily family, ProtocolNames protocols)
    {
        _context = new RuleContext(options, family, protocols);
        _policies = new PolicyChains(_context);
        _workloads = new WorkloadChains(_context);
    }

    public IReadOnlyList<TableHook> Hooks() => [.. new StaticChains(_context).Hooks()];

    /// <summary>Made once; changes with the settings alone.</summary>
    public IReadOnlyList<TableChain> Static() => [.. new StaticChains(_context).All()];

    /// <param name="hosts">All host endpoints: those that name the policy say in which tables besides filter it is needed.</param>
    public IReadOnlyList<TableChain> Policy(ActivePolicyUpdate policy, IReadOnlyCollection<HostEndpointUpdate> hosts) =>
        In(_policies.Of(policy), hosts, (table, host) => HostTables.Policies(table, host).Contains(policy.Id));

    /// <inheritdoc cref="Policy"/>
    public IReadOnlyList<TableChain> Profile(ActiveProfileUpdate profile, IReadOnlyCollection<HostEndpointUpdate> hosts) =>
        In(_policies.Of(profile), hosts, (table, host) => HostTables.Profiles(table, host).Contains(profile.Name));

    /// <summary>Of two workloads with one interface the caller keeps one. One without an address of the family has no chains: its pod costs that family no write.</summary>
    public IReadOnlyList<TableChain> Workload(WorkloadEndpointUpdate workload) =>
        _context.Concerns(workload) ? [.. _workloads.Of(workload).Select(chain => new TableChain(IptablesTable.Filter, chain))] : [];

    /// <summary>The way to the chains of <see cref="Workload"/>, for all workloads together.</summary>
    public IReadOnlyList<TableChain> WorkloadDispatch(IReadOnlyCollection<WorkloadEndpointUpdate> workloads) =>
    [
        .. DispatchChains.Of(workloads.Where(_context.Concerns).Select(workload => workload.InterfaceName)).Select(chain => new TableChain(IptablesTable.Filter, chain)),
        new(IptablesTable.Raw, ReversePathChains.Skip(workloads, _context)),
    ];

    /// <summary>All host endpoints together, and the way to them.</summary>
    /// <param name="interfaces">The host's own interfaces and their addresses: a host endpoint may be known by an address alone.</param>
    public IReadOnlyList<TableChain> Hosts(
        IReadOnlyCollection<HostEndpointUpdate> hosts, IReadOnlyDictionary<string, IReadOnlyCollection<IpAddress>> interfaces) =>
        [.. new HostChains(_context).Of(HostTables.ByInterface(hosts, interfaces))];

    private static IReadOnlyList<TableChain> In(
        IEnumerable<IptablesChain> chains, IReadOnlyCollection<HostEndpointUpdate> hosts, Func<IptablesTable, HostEndpointUpdate, bool> isUsed) =>
    [
        .. from table in new[] { IptablesTable.Raw, IptablesTable.Mangle, IptablesTable.Filter }
           where table == IptablesTable.Filter || hosts.Any(host => isUsed(table, host))
           from chain in chains
           select new TableChain(table, chain),
    ];
}
