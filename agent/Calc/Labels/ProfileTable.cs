namespace Calico.Agent.Calc.Labels;

/// <summary>The profiles that exist or that a shape names.</summary>
internal sealed class ProfileTable
{
    private readonly Dictionary<string, ProfileNode> _profiles = new(StringComparer.Ordinal);

    /// <summary>The profile, made if it is new.</summary>
    public ProfileNode Find(string name)
    {
        if (!_profiles.TryGetValue(name, out var profile))
        {
            profile = new ProfileNode(name);
            _profiles.Add(name, profile);
        }

        return profile;
    }

    /// <summary>Forgets a profile that gives no labels and that nothing names any more.</summary>
    public void Release(ProfileNode profile)
    {
        if (profile.Shapes.Count == 0 && profile.Labels.Length == 0)
        {
            _profiles.Remove(profile.Name);
        }
    }
}
