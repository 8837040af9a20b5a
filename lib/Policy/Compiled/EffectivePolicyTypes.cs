namespace Calico.Policy.Compiled;

/// <summary>The directions a policy decides.</summary>
public readonly record struct EffectivePolicyTypes(bool Ingress, bool Egress)
{
    public static EffectivePolicyTypes Both { get; } = new(true, true);

    public bool Includes(PolicyDirection direction) => direction == PolicyDirection.Ingress ? Ingress : Egress;

    /// <summary>
    /// What <c>types</c> says; without it, egress where there are egress rules, and ingress unless there are egress rules alone.
    /// A type that is no type counts as both, so that a mistake never opens a direction.
    /// </summary>
    public static EffectivePolicyTypes Of(IReadOnlyList<string>? types, bool hasIngressRules, bool hasEgressRules)
    {
        if (types is not { Count: > 0 })
        {
            return new EffectivePolicyTypes(hasIngressRules || !hasEgressRules, hasEgressRules);
        }

        return types.All(type => type is "Ingress" or "Egress")
            ? new EffectivePolicyTypes(types.Contains("Ingress"), types.Contains("Egress"))
            : Both;
    }
}
