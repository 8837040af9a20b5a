using System.Text.Json;

namespace Calico.Controller.Resources;

/// <summary>
/// What policies are called: <c>web</c> of the tier default is <c>default.web</c> in the datastore. A name in Kubernetes may carry the tier already, and
/// an object of the datastore comes to Kubernetes under its own name, so nothing is lost either way. Pure.
/// </summary>
internal static class PolicyNames
{
    private const string DefaultTier = "default";

    /// <summary>Policies that are made from those of Kubernetes: they have their original there and are not shown a second time.</summary>
    private static readonly string[] Generated = ["knp.", "kcnp.", "kanp.", "kbanp."];

    public static bool IsGenerated(string name) => Generated.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    public static string ToStored(string name, string tier) => name.StartsWith(tier + ".", StringComparison.Ordinal) ? name : $"{tier}.{name}";

    public static string TierOf(JsonElement spec) =>
        spec.TryGetProperty("tier", out var tier) && tier.ValueKind == JsonValueKind.String && tier.GetString() is { Length: > 0 } name ? name : DefaultTier;
}
