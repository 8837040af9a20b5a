using System.Text.Json;
using Calico.Policy.Compiled;

namespace Calico.Policy.Resources;

/// <summary>
/// What policies are called: <c>web</c> of the tier default is <c>default.web</c> in the datastore. A name in Kubernetes may carry the tier already, and
/// an object of the datastore comes to Kubernetes under its own name, so nothing is lost either way. Pure.
/// </summary>
public static class PolicyNames
{
    /// <summary>Policies that are made from those of Kubernetes: they have their original there and are not shown a second time.</summary>
    private static readonly string[] Generated = ["knp.", "kcnp.", "kanp.", "kbanp."];

    /// <summary>Made from a policy of Kubernetes, and to be changed there alone.</summary>
    public static bool IsGenerated(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Generated.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
    }

    /// <summary>The name in the datastore.</summary>
    public static string ToStored(string name, string tier)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith(tier + ".", StringComparison.Ordinal) ? name : $"{tier}.{name}";
    }

    public static string TierOf(JsonElement spec) =>
        spec.TryGetProperty("tier", out var tier) && tier.ValueKind == JsonValueKind.String && tier.GetString() is { Length: > 0 } name ? name : CompiledTier.DefaultName;
}
