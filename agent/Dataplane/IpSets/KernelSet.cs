using Calico.Agent.Calc.Messages;

namespace Calico.Agent.Dataplane.IpSets;

/// <summary>One of our sets as the kernel has it.</summary>
/// <param name="Type">Such as <c>hash:net</c>.</param>
/// <param name="Family"><c>inet</c> or <c>inet6</c>.</param>
/// <param name="Members">To be read only while the set is handed over.</param>
/// <param name="Strangers">Members that we cannot have written, as text.</param>
internal sealed record KernelSet(string Name, string Type, string Family, int MaxElements, List<IpSetMember> Members, List<string> Strangers);
