using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane.Iptables;
using Calico.Policy.Compiled;

namespace Calico.Agent.Dataplane.Rules;

/// <summary>
/// What the interfaces of the host may receive, send and forward, and the way from an interface to its host endpoint. Ingress is what
/// comes in through the interface.
/// </summary>
internal sealed class HostChains(RuleContext context)
{
    private readonly TierRules _tiers = new(context.Marks);

    /// <param name="hosts">By interface; <c>*</c> is for all that are not named.</param>
    public IEnumerable<TableChain> Of(IReadOnlyDictionary<string, HostEndpointUpdate> hosts)
    {
        var named = hosts.Where(host => host.Key == "*" || ChainNames.IsInterfaceName(host.Key))
            .OrderBy(host => host.Key, StringComparer.Ordinal).ToList();
        return
        [
            .. Stage(IptablesTable.Filter, PolicyDirection.Ingress, named, Normal),
            .. Stage(IptablesTable.Filter, PolicyDirection.Egress, named, Normal),
            .. Stage(IptablesTable.Mangle, PolicyDirection.Egress, named, Normal),
            .. Stage(IptablesTable.Mangle, PolicyDirection.Ingress, Having(named, host => host.PreDnat), PreDnat),
            .. Stage(IptablesTable.Raw, PolicyDirection.Ingress, Having(named, host => host.Untracked), Untracked),
            .. Stage(IptablesTable.Raw, PolicyDirection.Egress, Having(named, host => host.Untracked), Untracked),
            .. Forward(PolicyDirection.Ingress, ChainNames.FromHostForward, named),
            .. Forward(PolicyDirection.Egress, ChainNames.ToHostForward, named),
        ];
    }

    // An interface keeps its own endpoint where it has nothing to say, or the one for all interfaces would speak for it.
    private static List<KeyValuePair<string, HostEndpointUpdate>> Having(
        List<KeyValuePair<string, HostEndpointUpdate>> hosts, Func<HostEndpointUpdate, ValueArray<EndpointTier>> stage) =>
        hosts.Any(host => stage(host.Value).Count > 0) ? hosts : [];

    private static IEnumerable<TableChain> Stage(
        IptablesTable table,
        PolicyDirection direction,
        List<KeyValuePair<string, HostEndpointUpdate>> hosts,
        Func<HostEndpointUpdate, PolicyDirection, IEnumerable<string>> rules) =>
    [
        new TableChain(table, Dispatch(
            direction == PolicyDirection.Ingress ? ChainNames.FromHostEndpoint : ChainNames.ToHostEndpoint, direction, hosts, ChainNames.Host)),
        .. hosts.Select(host => new TableChain(
            table, new IptablesChain(ChainNames.Host(direction, Suffix(host.Key)), [.. rules(host.Value, direction)]))),
    ];

    private IEnumerable<TableChain> Forward(PolicyDirection direction, string dispatch, List<KeyValuePair<string, HostEndpointUpdate>> hosts) =>
    [
        new TableChain(IptablesTable.Filter, Dispatch(dispatch, direction, hosts, ChainNames.HostForward)),
        .. hosts.Select(host => new TableChain(
            IptablesTable.Filter, new IptablesChain(ChainNames.HostForward(direction, Suffix(host.Key)), [.. Forward(host.Value, direction)]))),
    ];

    private static IptablesChain Dispatch(
        string name, PolicyDirection direction, List<KeyValuePair<string, HostEndpointUpdate>> hosts, Func<PolicyDirection, string, string> chain)
    {
        var side = direction == PolicyDirection.Ingress ? RuleSide.Source : RuleSide.Destination;
        var rules = hosts.Where(host => host.Key != "*")
            .Select(host => RuleMatch.Any.Interface(side, host.Key).Goto(chain(direction, host.Key)));

        // What the host says to itself neither enters nor leaves it.
        return new IptablesChain(name, hosts.Any(host => host.Key == "*")
            ? [.. rules, RuleMatch.Any.Interface(side, "lo").Return(), RuleMatch.Any.Goto(chain(direction, ChainNames.AnyHostInterface))]
            : [.. rules]);
    }

    private IEnumerable<string> Normal(HostEndpointUpdate host, PolicyDirection direction) =>
    [
        context.Allowed(RuleMatch.Any.Established()),
        RuleMatch.Any.Invalid().Drop(),
        Failsafe(direction),
        .. _tiers.Tiers(host.Normal, direction, endDenies: true),
        .. _tiers.Profiles(host.Profiles, direction),
    ];

    // What no policy is about is allowed: it is the host's business that it forwards.
    private IEnumerable<string> Forward(HostEndpointUpdate host, PolicyDirection direction) =>
    [
        context.Allowed(RuleMatch.Any.Established()),
        .. _tiers.Tiers(host.Forward, direction, endDenies: true),
        RuleMatch.Any.SetMark(context.Marks.Accept),
    ];

    private IEnumerable<string> PreDnat(HostEndpointUpdate host, PolicyDirection direction) =>
        [Failsafe(direction), .. _tiers.Tiers(host.PreDnat, direction, endDenies: false)];

    private IEnumerable<string> Untracked(HostEndpointUpdate host, PolicyDirection direction) =>
        [Failsafe(direction), .. _tiers.Tiers(host.Untracked, direction, endDenies: false)];

    private static string Failsafe(PolicyDirection direction) =>
        RuleMatch.Any.Jump(direction == PolicyDirection.Ingress ? ChainNames.FailsafeIn : ChainNames.FailsafeOut);

    private static string Suffix(string interfaceName) => interfaceName == "*" ? ChainNames.AnyHostInterface : interfaceName;
}
