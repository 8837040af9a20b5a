namespace Calico.Agent.Dataplane.Rules;

/// <summary>Which end of a packet a condition is about.</summary>
internal enum RuleSide
{
    Source,
    Destination,
}
