using Calico.Agent.Calc.Messages;

namespace Calico.Agent.Dataplane.Iptables;

/// <summary>
/// A chain of ours and all its rules. A rule is written exactly as <c>iptables-save</c> prints it, without <c>-A NAME</c>: what the kernel
/// has is compared with it as text, so that no rule needs a comment to be known by.
/// </summary>
/// <param name="Name">Begins with <c>cali-</c>, at most 28 characters (the kernel's limit).</param>
internal sealed record IptablesChain(string Name, ValueArray<string> Rules);
