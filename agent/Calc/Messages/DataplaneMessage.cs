using Calico.Agent.Calc.Input;
using Calico.Policy.Compiled;

namespace Calico.Agent.Calc.Messages;

/// <summary>
/// One step towards the state the node's kernel should have. In the order in which they are given, no message refers to a set, policy or
/// profile that is not there, and none takes away what is still referred to. Messages compare by content.
/// </summary>
public abstract record DataplaneMessage;

/// <summary>The set has exactly these members, whatever it had. Their order means nothing.</summary>
public sealed record IpSetUpdate(string Id, IpSetKind Kind, ValueArray<IpSetMember> Members) : DataplaneMessage;

/// <summary>The members of <paramref name="Added"/> were not in the set, those of <paramref name="Removed"/> were.</summary>
public sealed record IpSetDelta(string Id, ValueArray<IpSetMember> Added, ValueArray<IpSetMember> Removed) : DataplaneMessage;

public sealed record IpSetRemove(string Id) : DataplaneMessage;

/// <summary>A policy that selects an endpoint of this node.</summary>
public sealed record ActivePolicyUpdate(PolicyId Id, ValueArray<ActiveRule> Ingress, ValueArray<ActiveRule> Egress) : DataplaneMessage;

public sealed record ActivePolicyRemove(PolicyId Id) : DataplaneMessage;

/// <summary>A profile that an endpoint of this node names.</summary>
public sealed record ActiveProfileUpdate(string Name, ValueArray<ActiveRule> Ingress, ValueArray<ActiveRule> Egress) : DataplaneMessage;

public sealed record ActiveProfileRemove(string Name) : DataplaneMessage;

public sealed record WorkloadEndpointRemove(ResourceId Id) : DataplaneMessage;

public sealed record HostEndpointRemove(ResourceId Id) : DataplaneMessage;

/// <summary>
/// What is wrong with a stored object, all of it each time; empty when nothing is any more. For the log and the status: what follows for
/// the kernel comes as other messages. Each is one line that does not name the object: field, what stands there, what was expected.
/// </summary>
public sealed record ObjectProblems(ResourceId Id, ValueArray<string> Problems) : DataplaneMessage;

/// <summary>Sent once: all that the datastore held at the start has been said. Before it nothing may be written to the kernel.</summary>
public sealed record InSync : DataplaneMessage;
