using Calico.Model;
using Calico.Model.Resources;
using Calico.Policy.Compiled;
using Calico.Store;

namespace Calico.Ctl.Resources;

/// <summary>Policies of tiers that nobody made: they come last and deny at their end, which is seldom meant.</summary>
internal static class TierWarnings
{
    public static async Task<IReadOnlyList<string>> FindAsync(IKeyValueStore store, IReadOnlyList<Manifest> manifests, CancellationToken cancellationToken)
    {
        var known = CompiledTier.WellKnown.Select(tier => tier.Name)
            .Concat(manifests.Where(manifest => manifest.Ref.Kind.Type.Kind == ResourceKind.Tier).Select(manifest => manifest.Ref.Name)).ToHashSet(StringComparer.Ordinal);
        var missing = new List<string>();
        foreach (var group in manifests.GroupBy(manifest => ObjectKeys.TierOf(manifest.Ref.Kind, manifest.Json)).Where(group => group.Key is not null && !known.Contains(group.Key)))
        {
            if ((await store.RangeAsync(new RangeRequest(EtcdKeys.Resource(ResourceKind.Tier, group.Key!)), cancellationToken)).Single is null)
            {
                missing.AddRange(group.Select(manifest => $"{manifest.Ref}: there is no tier {group.Key}; until there is, it comes after all others and denies at its end"));
            }
        }

        return missing;
    }
}
