using System.Collections.Immutable;

namespace Calico.Ipam.Core.Pools;

/// <summary>The pools to take from, best first, and why the others are not among them.</summary>
internal sealed record PoolChoice(ImmutableArray<Pool> Usable, ImmutableArray<string> Refused);
