using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane.IpSets;
using Calico.Agent.Dataplane.Iptables;
using Calico.Model.Net;

namespace Calico.Agent.Dataplane.Rules;

/// <summary>The chains that the kernel's chains jump to. They depend on the settings alone.</summary>
internal sealed class StaticChains(RuleContext context)
{
    // Multicast listeners, router solicitations, neighbours: without them a workload has no IPv6 (RFC 4861, RFC 2710, RFC 3810).
    private static readonly string[] LinkTypes = ["130", "131", "132", "133", "135", "136"];

    private static readonly RuleMatch Any = RuleMatch.Any;

    private readonly MarkBits _marks = context.Marks;

    public IEnumerable<TableChain> All() =>
    [
        .. Table(IptablesTable.Raw, [.. Verdicts(), RawPrerouting(), ReversePath(), RawOutput()]),
        .. Table(IptablesTable.Mangle, [.. Verdicts(), ManglePrerouting(), ManglePostrouting()]),
        .. Table(IptablesTable.Nat, [NatPostrouting(), NatOutgoing()]),
        .. Table(IptablesTable.Filter, [.. Verdicts(), Forward(), ForwardAccept(), Input(), WorkloadToHost(), Output()]),
        .. new FailsafeChains(context).All(),
    ];

    public IEnumerable<TableHook> Hooks() =>
    [
        new(IptablesTable.Raw, Hook("PREROUTING", ChainNames.Prerouting)),
        new(IptablesTable.Raw, Hook("OUTPUT", ChainNames.Output)),
        new(IptablesTable.Mangle, Hook("PREROUTING", ChainNames.Prerouting)),
        new(IptablesTable.Mangle, Hook("POSTROUTING", ChainNames.Postrouting)),
        new(IptablesTable.Nat, Hook("POSTROUTING", ChainNames.Postrouting)),
        new(IptablesTable.Filter, Hook("FORWARD", ChainNames.Forward, ChainNames.ForwardAccept)),
        new(IptablesTable.Filter, Hook("INPUT", ChainNames.Input)),
        new(IptablesTable.Filter, Hook("OUTPUT", ChainNames.Output)),
    ];

    private IptablesHook Hook(string kernelChain, string chain, params IEnumerable<string> last) =>
        context.Options.ChainInsert == ChainInsertMode.Insert
            ? new IptablesHook(kernelChain, [Any.Jump(chain)], [.. last.Select(Any.Jump)])
            : new IptablesHook(kernelChain, [], [Any.Jump(chain), .. last.Select(Any.Jump)]);

    private static IEnumerable<TableChain> Table(IptablesTable table, IEnumerable<IptablesChain> chains) =>
        chains.Select(chain => new TableChain(table, chain));

    // Where rules of policies go to: one rule each, and not one that sets a bit and one that returns.
    private IEnumerable<IptablesChain> Verdicts() =>
    [
        new(ChainNames.Allow, [Any.SetMark(_marks.Accept)]),
        new(ChainNames.Pass, [Any.SetMark(_marks.Pass)]),
    ];

    private IptablesChain RawPrerouting() => new(ChainNames.Prerouting,
    [
        Any.ClearMark(_marks.All),
        .. context.ForWorkloadInterfaces(RuleSide.Source, match => match.Goto(ChainNames.ReversePath)),
        Any.Jump(ChainNames.FromHostEndpoint),
        .. Untracked(),
    ]);

    private static IptablesChain ReversePath() => new(ChainNames.ReversePath, [Any.Jump(ChainNames.ReversePathSkip), Any.ReversePathFails().Drop()]);

    private IptablesChain RawOutput() => new(ChainNames.Output,
    [
        Any.ClearMark(_marks.All),
        .. context.ForWorkloadInterfaces(RuleSide.Destination, match => match.Return()),
        Any.Jump(ChainNames.ToHostEndpoint),
        .. Untracked(),
    ]);

    private IEnumerable<string> Untracked() => [Any.MarkSet(_marks.Accept).NoTrack(), Any.MarkSet(_marks.Accept).Accept()];

    private IptablesChain ManglePrerouting() => new(ChainNames.Prerouting,
    [
        Any.Established().Return(),
        Any.MarkSet(_marks.Accept).Return(),
        .. context.ForWorkloadInterfaces(RuleSide.Source, match => match.Return()),
        Any.Jump(ChainNames.FromHostEndpoint),
    ]);

    private IptablesChain ManglePostrouting() => new(ChainNames.Postrouting,
    [
        Any.MarkClear(_marks.Translated).Return(),
        Any.ClearMark(_marks.All),
        .. context.ForWorkloadInterfaces(RuleSide.Destination, match => match.Return()),
        Any.Jump(ChainNames.ToHostEndpoint),
    ]);

    private static IptablesChain NatPostrouting() => new(ChainNames.Postrouting, [Any.Jump(ChainNames.NatOutgoing)]);

    private IptablesChain NatOutgoing()
    {
        var leaving = Any.InNetSet(RuleSide.Source, Set(IpSetIds.MasqueradedPools)).NotInNetSet(RuleSide.Destination, Set(IpSetIds.AllPools));
        return new(ChainNames.NatOutgoing,
        [
            (context.Options.NatOutgoingExclusions == NatOutgoingExclusions.IPPoolsAndHostIPs
                ? leaving.NotInNetSet(RuleSide.Destination, Set(IpSetIds.AllHosts))
                : leaving).Masquerade(),
        ]);
    }

    private IptablesChain Forward() => new(ChainNames.Forward,
    [
        .. context.ForWorkloadInterfaces(RuleSide.Source, match => context.Allowed(match.Established())),
        .. context.ForWorkloadInterfaces(RuleSide.Destination, match => context.Allowed(match.Established())),
        Any.ClearMark(_marks.All & ~_marks.Accept),
        Any.MarkClear(_marks.Accept).Jump(ChainNames.FromHostForward),
        .. context.ForWorkloadInterfaces(RuleSide.Source, match => match.Jump(ChainNames.FromWorkloadDispatch)),
        .. context.ForWorkloadInterfaces(RuleSide.Destination, match => match.Jump(ChainNames.ToWorkloadDispatch)),
        Any.Jump(ChainNames.ToHostForward),
    ]);

    // After everybody else's rules, so that they may still refuse what policy allows.
    private IptablesChain ForwardAccept() => new(ChainNames.ForwardAccept, [context.Allowed(Any.MarkSet(_marks.Accept))]);

    private IptablesChain Input() => new(ChainNames.Input,
    [
        .. context.ForWorkloadInterfaces(RuleSide.Source, match => match.Goto(ChainNames.WorkloadToHost)),
        context.Allowed(Any.MarkSet(_marks.Accept)),
        Any.ClearMark(_marks.All),
        Any.Jump(ChainNames.FromHostEndpoint),
        context.Allowed(Any.MarkSet(_marks.Accept)),
    ]);

    private IptablesChain WorkloadToHost() => new(ChainNames.WorkloadToHost,
    [
        context.Allowed(Any.Established()),
        .. context.Family == IpFamily.IPv6
            ? LinkTypes.Select(type => Any.Protocol(context.Protocols[58]).Icmp(IpFamily.IPv6, type).Accept())
            : [],
        Any.Jump(ChainNames.FromWorkloadDispatch),
        context.Options.EndpointToHost switch
        {
            EndpointToHostAction.Accept => Any.Accept(),
            EndpointToHostAction.Return => Any.Return(),
            _ => Any.Drop(),
        },
    ]);

    // DNAT may have moved a packet to another interface than this hook is told of: it is judged in mangle's POSTROUTING, which knows.
    private IptablesChain Output() => new(ChainNames.Output,
    [
        context.Allowed(Any.MarkSet(_marks.Accept)),
        Any.ClearMark(_marks.All),
        Any.DestinationTranslated().SetMark(_marks.Translated),
        Any.DestinationTranslated().Return(),
        .. context.WorkloadInterfaces(RuleSide.Destination).SelectMany(context.CutStaysCut),
        .. context.ForWorkloadInterfaces(RuleSide.Destination, match => match.Return()),
        Any.Jump(ChainNames.ToHostEndpoint),
        context.Allowed(Any.MarkSet(_marks.Accept)),
    ]);

    private string Set(string id) => IpSetName.Of(id, context.Family);
}
