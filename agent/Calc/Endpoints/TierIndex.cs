using Calico.Policy.Compiled;

namespace Calico.Agent.Calc.Endpoints;

/// <summary>The tiers by name: stored ones, then those that every cluster has, then whatever a policy names.</summary>
internal sealed class TierIndex
{
    private readonly Dictionary<string, CompiledTier> _stored = new(StringComparer.Ordinal);

    public CompiledTier this[string name] =>
        _stored.GetValueOrDefault(name) ?? CompiledTier.WellKnown.FirstOrDefault(tier => tier.Name == name) ?? CompiledTier.Missing(name);

    /// <summary>False when nothing changed.</summary>
    public bool Set(CompiledTier tier)
    {
        if (_stored.GetValueOrDefault(tier.Name) == tier)
        {
            return false;
        }

        _stored[tier.Name] = tier;
        return true;
    }

    /// <summary>False when nothing changed.</summary>
    public bool Remove(string name) => _stored.Remove(name);
}
