using System.Collections.Immutable;

namespace Calico.Model.Kubernetes;

/// <summary>Comparison of collections by what they hold.</summary>
internal static class ByValue
{
    public static IReadOnlyDictionary<string, string> NoText { get; } = ImmutableDictionary<string, string>.Empty;

    public static IReadOnlyDictionary<string, byte[]> NoBytes { get; } = ImmutableDictionary<string, byte[]>.Empty;

    public static bool Equal(IReadOnlyDictionary<string, string> left, IReadOnlyDictionary<string, string> right)
    {
        if (ReferenceEquals(left, right))
        {
            return true;
        }

        if (left.Count != right.Count)
        {
            return false;
        }

        foreach (var (key, value) in left)
        {
            if (!right.TryGetValue(key, out var other) || !string.Equals(value, other, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }
}
