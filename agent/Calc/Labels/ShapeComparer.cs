using System.Runtime.CompilerServices;

namespace Calico.Agent.Calc.Labels;

/// <summary>Finds a shape by what its objects have in common.</summary>
internal sealed class ShapeComparer : IEqualityComparer<LabelShape>, IAlternateEqualityComparer<ShapeKey, LabelShape>
{
    public bool Equals(LabelShape? x, LabelShape? y) => ReferenceEquals(x, y);

    public bool Equals(ShapeKey alternate, LabelShape other) =>
        alternate.Profiles == other.Profiles && alternate.Own.AsSpan().SequenceEqual(other.Own);

    public int GetHashCode(LabelShape obj) => GetHashCode(new ShapeKey(obj.Own, obj.Profiles));

    public int GetHashCode(ShapeKey alternate)
    {
        var hash = RuntimeHelpers.GetHashCode(alternate.Profiles);
        foreach (var value in alternate.Own)
        {
            hash = HashCode.Combine(hash, RuntimeHelpers.GetHashCode(value));
        }

        return hash;
    }

    public LabelShape Create(ShapeKey alternate) => new(alternate.Own, alternate.Profiles);
}
