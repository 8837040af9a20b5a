using Calico.Model.Resources;
using Calico.Policy.Compiled;

namespace Calico.Policy.Evaluation;

/// <summary>The profiles by name.</summary>
internal sealed class ProfileIndex(IEnumerable<Resource<ProfileSpec>> profiles, params IEnumerable<CompiledProfile> unreadable)
{
    private readonly Dictionary<string, CompiledProfile> _byName = profiles
        .Select(PolicyCompiler.Compile)
        .Concat(unreadable)
        .Where(profile => profile.Name != CompiledProfile.DefaultAllow.Name)
        .Append(CompiledProfile.DefaultAllow)
        .ToDictionary(profile => profile.Name);

    /// <summary>Those that exist, in the endpoint's order. One that does not has neither rules nor labels.</summary>
    public IReadOnlyList<CompiledProfile> Of(IReadOnlyList<string>? names) =>
        [.. (names ?? []).Select(_byName.GetValueOrDefault).OfType<CompiledProfile>()];

    /// <summary>An object's own labels win over those of its profiles, and those of an earlier profile over a later one's.</summary>
    public static Dictionary<string, string> Inherit(Dictionary<string, string> own, IEnumerable<CompiledProfile> profiles)
    {
        var labels = new Dictionary<string, string>(own);
        foreach (var (name, value) in profiles.SelectMany(profile => profile.Labels))
        {
            labels.TryAdd(name, value);
        }

        return labels;
    }
}
