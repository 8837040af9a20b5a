namespace Calico.Agent.Calc.Labels;

/// <summary>What objects of one shape have in common. Compares by content.</summary>
/// <param name="Own">Sorted by number; held once each, so they compare by reference.</param>
internal readonly record struct ShapeKey(LabelValue[] Own, string[] Profiles)
{
    public bool Equals(ShapeKey other) =>
        Own.AsSpan().SequenceEqual(other.Own) && Profiles.AsSpan().SequenceEqual(other.Profiles);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var value in Own)
        {
            hash.Add(value.Number);
        }

        foreach (var profile in Profiles)
        {
            hash.Add(profile);
        }

        return hash.ToHashCode();
    }
}
