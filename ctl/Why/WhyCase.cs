using System.Collections.Immutable;
using Calico.Policy.Evaluation;

namespace Calico.Ctl.Why;

/// <summary>A question whose ends are known.</summary>
/// <param name="Packets">One for each family that both ends have.</param>
internal sealed record WhyCase(End Source, End Destination, ImmutableArray<Packet> Packets);
