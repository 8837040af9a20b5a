using Calico.Agent.Calc.Messages;

namespace Calico.Agent.Dataplane.Iptables;

/// <summary>Our rules in a chain of the kernel's. Each jumps to a chain that begins with <c>cali-</c>, which is how it is known to be ours.</summary>
/// <param name="KernelChain">Such as <c>FORWARD</c>.</param>
/// <param name="First">Before everybody else's rules, in this order.</param>
/// <param name="Last">After everybody else's.</param>
internal sealed record IptablesHook(string KernelChain, ValueArray<string> First, ValueArray<string> Last);
