using Calico.Agent.Dataplane.Iptables;

namespace Calico.Agent.Dataplane.Rules;

/// <summary>A chain and the table it is of.</summary>
internal sealed record TableChain(IptablesTable Table, IptablesChain Chain);

/// <summary>A hook and the table it is of.</summary>
internal sealed record TableHook(IptablesTable Table, IptablesHook Hook);
