namespace Calico.Policy.Selectors;

/// <summary>A text that is not a selector.</summary>
public sealed class SelectorException : FormatException
{
    public SelectorException(string selector, int position, string expected)
        : base($"selector \"{Shortened(selector)}\": at character {position + 1}, expected {expected}")
    {
        Selector = selector;
        Position = position;
        Expected = expected;
    }

    /// <summary>The whole text.</summary>
    public string Selector { get; }

    /// <summary>Where the text stops being a selector: an index, 0 to its length.</summary>
    public int Position { get; }

    /// <summary>What could have stood there, in words.</summary>
    public string Expected { get; }

    private static string Shortened(string text) => text.Length <= 200 ? text : string.Concat(text.AsSpan(0, 200), "...");
}
