using Calico.Policy.Compiled;

namespace Calico.Agent.Calc.Messages;

/// <summary>The policies of one tier that decide at an endpoint, per direction, in order. A direction without policies skips the tier.</summary>
public sealed record EndpointTier(string Name, bool PassesAtEnd, ValueArray<PolicyId> Ingress, ValueArray<PolicyId> Egress);
