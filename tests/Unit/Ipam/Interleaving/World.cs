using System.Collections.Immutable;

namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>Everything that actors share.</summary>
/// <param name="Writes">
/// How many transactions of each actor have changed the store. Actor and count make the revision of the next: a name that is the same whatever the
/// others did in between, so that runs which differ in the order of independent steps end in equal states.
/// </param>
internal sealed record World(StoreState Store, Facts Facts, ImmutableArray<int> Writes)
{
    public UInt128 Hash => Digest.Join(Store.Hash, Facts.Hash, Writes.Aggregate(UInt128.Zero, (sum, count) => (sum << 8) + (UInt128)count));
}
