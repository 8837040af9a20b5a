using Calico.Model.Policy;
using Calico.Model.Resources;

namespace Calico.Policy.Compiled;

/// <summary>A tier: its place, and what becomes of traffic that its policies select and do not decide.</summary>
public sealed record CompiledTier(string Name, double? Order, bool PassesAtEnd)
{
    public const string DefaultName = "default";

    /// <summary>The tiers every cluster has, whether they are stored or not.</summary>
    public static IReadOnlyList<CompiledTier> WellKnown { get; } =
    [
        new("kube-admin", 1_000, PassesAtEnd: true),
        new(DefaultName, 1_000_000, PassesAtEnd: false),
        new("kube-baseline", 10_000_000, PassesAtEnd: true),
    ];

    /// <summary>An action that is not Pass denies, also one that cannot be read.</summary>
    public static CompiledTier Of(Resource<TierSpec> tier)
    {
        ArgumentNullException.ThrowIfNull(tier);
        return new CompiledTier(tier.Metadata.Name, tier.Spec.Order, tier.Spec.DefaultAction == "Pass");
    }

    /// <summary>The tier a policy names although nobody made it: it comes last and denies at its end.</summary>
    public static CompiledTier Missing(string name) => new(name, null, PassesAtEnd: false);
}
