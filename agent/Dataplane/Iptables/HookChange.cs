using Calico.Agent.Calc.Messages;

namespace Calico.Agent.Dataplane.Iptables;

/// <summary>How our rules in a chain of another become as they should be.</summary>
/// <param name="Deleted">By their text, as the kernel has them: if one is gone meanwhile, the transaction fails and nothing of another's is hit.</param>
/// <param name="First">Inserted before all others, in this order.</param>
/// <param name="Last">Appended, in this order.</param>
internal sealed record HookChange(string Chain, ValueArray<string> Deleted, ValueArray<string> First, ValueArray<string> Last);
