namespace Calico.Agent.Calc.Labels;

/// <summary>The profiles that exist or that a shape names, and the lists of them that shapes have.</summary>
internal sealed class ProfileTable
{
    private readonly Dictionary<string, ProfileNode> _profiles = new(StringComparer.Ordinal);
    private readonly Dictionary<string[], ProfileList> _lists = new(new NamesComparer());

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

    /// <summary>The list, made if it is new.</summary>
    public ProfileList Find(string[] names)
    {
        if (_lists.TryGetValue(names, out var list))
        {
            return list;
        }

        // The table's own copies of the names: those that came with the object may go.
        ProfileNode[] profiles = [.. names.Select(Find)];
        list = new ProfileList([.. profiles.Select(profile => profile.Name)], profiles);
        _lists.Add(list.Names, list);
        foreach (var profile in profiles)
        {
            profile.Lists.Add(list);
        }

        return list;
    }

    /// <summary>Forgets a profile that gives no labels and that nothing names any more.</summary>
    public void Release(ProfileNode profile)
    {
        if (profile.Lists.Count == 0 && profile.Labels.Length == 0)
        {
            _profiles.Remove(profile.Name);
        }
    }

    /// <summary>Forgets a list that no shape has any more.</summary>
    public void Release(ProfileList list)
    {
        if (list.ShapeCount > 0)
        {
            return;
        }

        _lists.Remove(list.Names);
        foreach (var profile in list.Profiles)
        {
            profile.Lists.Remove(list);
            Release(profile);
        }
    }

    private sealed class NamesComparer : IEqualityComparer<string[]>
    {
        public bool Equals(string[]? x, string[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(string[] obj)
        {
            var hash = default(HashCode);
            foreach (var name in obj)
            {
                hash.Add(name);
            }

            return hash.ToHashCode();
        }
    }
}
