using Calico.Agent.Calc.Messages;

namespace Calico.Agent.Dataplane.Iptables;

/// <summary>What one table of the kernel holds: our chains, and where among the rules of others our hooks stand.</summary>
internal sealed class KernelTable
{
    public Dictionary<string, ValueArray<string>> Chains { get; } = [];

    /// <summary>Chains of others: a rule of ours as text, one of another's as null.</summary>
    public Dictionary<string, List<string?>> Foreign { get; } = [];

    /// <summary>A built-in chain does something else than accept at its end.</summary>
    public bool HasPolicy { get; set; }

    /// <summary>As the tool makes it, before anybody has put something in.</summary>
    public bool IsEmpty => Chains.Count == 0 && !HasPolicy && Foreign.Values.All(rules => rules.Count == 0);

    public bool HasOurs => Chains.Count > 0 || Foreign.Keys.Any(HasHook);

    public int ForeignRules => Foreign.Values.Sum(rules => rules.Count(rule => rule is null));

    public bool HasHook(string chain) => Foreign.TryGetValue(chain, out var rules) && rules.Exists(rule => rule is not null);
}
