using System.Text.Json.Nodes;
using Calico.Model;
using Calico.Policy.Compiled;
using Calico.Policy.Resources;

namespace Calico.Ctl.Resources;

/// <summary>Which key an object has. Pure.</summary>
internal static class ObjectKeys
{
    public static string Of(Kind kind, string @namespace, string name) =>
        kind.IsNamespaced ? EtcdKeys.Resource(kind.Type.Kind, @namespace, name) : EtcdKeys.Resource(kind.Type.Kind, name);

    public static string Prefix(Kind kind) => kind.Type == BlockAffinities.Type ? EtcdKeys.Affinities : EtcdKeys.Prefix(kind.Type.Kind);

    /// <summary>
    /// The keys that an object may have, the one it gets when it is new first: the name of a policy carries its tier in the datastore, whether the user
    /// wrote so or not, but some client may have stored it without.
    /// </summary>
    /// <param name="tier">The policy's tier; null where only its name is known.</param>
    public static IReadOnlyList<string> Candidates(ObjectRef reference, string? tier)
    {
        var plain = Of(reference.Kind, reference.Namespace, reference.Name);
        return !reference.Kind.Type.HasTierNames || PolicyNames.IsGenerated(reference.Name)
            ? [plain]
            : [.. new[] { Of(reference.Kind, reference.Namespace, PolicyNames.ToStored(reference.Name, tier ?? CompiledTier.DefaultName)), plain }.Distinct()];
    }

    /// <summary>The tier that a policy names; null for other kinds.</summary>
    public static string? TierOf(Kind kind, JsonObject json) => kind.Type.HasTierNames ? Cells.Text(json, "spec.tier") ?? CompiledTier.DefaultName : null;

    /// <exception cref="FormatException">The key is none of the kind's.</exception>
    public static ObjectRef Parse(Kind kind, string key) =>
        EtcdKeys.TryParseResource(kind.Type.Kind, key, out var @namespace, out var name)
            ? new ObjectRef(kind, @namespace, name)
            : throw new FormatException($"{key} has not the form of a {kind}'s key");
}
