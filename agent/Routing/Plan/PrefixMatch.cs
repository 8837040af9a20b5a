using Calico.Model.Net;

namespace Calico.Agent.Routing.Plan;

/// <summary>Prefixes that are a CIDR, or lie inside it with a length in a range.</summary>
/// <param name="Lengths">Null for the CIDR itself and nothing inside it.</param>
/// <param name="Negated">All others are meant.</param>
internal sealed record PrefixMatch(Cidr Cidr, (int Min, int Max)? Lengths, bool Negated);
