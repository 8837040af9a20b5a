namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>What came of a call.</summary>
/// <param name="Digest">Equal for equal answers.</param>
internal sealed record Effect(World After, object? Answer, UInt128 Digest);
