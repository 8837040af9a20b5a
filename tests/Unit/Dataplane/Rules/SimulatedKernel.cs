using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane.IpSets;
using Calico.Agent.Dataplane.Iptables;
using Calico.Agent.Dataplane.Rules;
using Calico.Model.Net;

namespace Calico.Tests.Unit.Dataplane.Rules;

/// <summary>One family's tables, walked as the kernel walks them: chains as they are rendered, rules as text.</summary>
internal sealed class SimulatedKernel
{
    private readonly Dictionary<(IptablesTable Table, string Chain), List<SimulatedRule>> _chains = [];
    private readonly Dictionary<(IptablesTable Table, string Chain), List<SimulatedRule>> _hooks = [];

    /// <param name="sets">By id.</param>
    public SimulatedKernel(
        IpFamily family, IEnumerable<TableChain> chains, IEnumerable<TableHook> hooks, IReadOnlyDictionary<string, IReadOnlyCollection<IpSetMember>> sets)
    {
        var byName = sets.ToDictionary(set => IpSetName.Of(set.Key, family), set => set.Value);
        List<SimulatedRule> Read(IEnumerable<string> rules) => [.. rules.Select(rule => new SimulatedRule(rule, name => byName[name]))];
        foreach (var (table, chain) in chains)
        {
            Assert.That(_chains.TryAdd((table, chain.Name), Read(chain.Rules)), $"{chain.Name} twice in {table}");
            Assert.That(chain.Name, Has.Length.LessThanOrEqualTo(28).And.StartsWith("cali-"));
        }

        foreach (var (table, hook) in hooks)
        {
            _hooks.Add((table, hook.KernelChain), Read(hook.First.Concat(hook.Last)));
        }
    }

    private enum Verdict
    {
        GoOn,
        Accept,
        Drop,
    }

    /// <summary>All that rules jump to and nobody rendered.</summary>
    public IEnumerable<string> DanglingJumps() =>
        from chain in _chains.Concat(_hooks)
        from rule in chain.Value
        where rule.Target.StartsWith("cali-", StringComparison.Ordinal) && !_chains.ContainsKey((chain.Key.Table, rule.Target))
        select $"{chain.Key} -> {rule.Target}";

    /// <returns>False when it was dropped on the way.</returns>
    public bool Forward(SimulatedPacket packet) =>
        Passes(packet, (IptablesTable.Raw, "PREROUTING"), (IptablesTable.Mangle, "PREROUTING"), (IptablesTable.Filter, "FORWARD"), (IptablesTable.Mangle, "POSTROUTING"));

    public bool Input(SimulatedPacket packet) =>
        Passes(packet, (IptablesTable.Raw, "PREROUTING"), (IptablesTable.Mangle, "PREROUTING"), (IptablesTable.Filter, "INPUT"));

    /// <param name="rerouted">The interface through which DNAT lets it leave instead.</param>
    public bool Output(SimulatedPacket packet, string? rerouted = null)
    {
        if (!Passes(packet, (IptablesTable.Raw, "OUTPUT"), (IptablesTable.Filter, "OUTPUT")))
        {
            return false;
        }

        return Passes(packet with { Out = rerouted ?? packet.Out }, (IptablesTable.Mangle, "POSTROUTING"));
    }

    /// <summary>True when the rules themselves accepted it, and nobody else's rules are asked.</summary>
    public bool IsAccepted(SimulatedPacket packet, IptablesTable table, string kernelChain) => Walk(table, _hooks[(table, kernelChain)], packet) == Verdict.Accept;

    private bool Passes(SimulatedPacket packet, params (IptablesTable Table, string Chain)[] hooks) =>
        hooks.All(hook => Walk(hook.Table, _hooks[hook], packet) != Verdict.Drop);

    private Verdict Walk(IptablesTable table, List<SimulatedRule> rules, SimulatedPacket packet)
    {
        foreach (var rule in rules)
        {
            packet.Asked++;
            if (!rule.Matches(packet))
            {
                continue;
            }

            switch (rule.Target)
            {
                case "ACCEPT":
                    return Verdict.Accept;
                case "DROP":
                    return Verdict.Drop;
                case "RETURN":
                    return Verdict.GoOn;
                case "MARK":
                    var (value, mask) = SimulatedRule.MarkOf(rule.Arguments[1]);
                    packet.Mark = (packet.Mark & ~mask) ^ value;
                    break;
                case "CT":
                    packet.IsTracked = false;
                    break;
                case "LOG":
                    packet.Logged++;
                    break;
                default:
                    var verdict = Walk(table, _chains[(table, rule.Target)], packet);
                    if (rule.IsGoto || verdict != Verdict.GoOn)
                    {
                        return verdict;
                    }

                    break;
            }
        }

        return Verdict.GoOn;
    }
}
