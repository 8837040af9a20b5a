using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Calico.Policy.Selectors;

/// <summary>
/// A label expression in upstream's grammar: <c>== != in {} not in {} contains, starts with, ends with, has(), all(), global(),
/// ! &amp;&amp; || ()</c>; strings in <c>'</c> or <c>"</c>, without escapes. Immutable; equal when the canonical texts are equal.
/// </summary>
public sealed class Selector : IEquatable<Selector>
{
    /// <summary>The longest text that parses, in characters (upstream's limit).</summary>
    public const int MaxLength = 1024;

    private readonly SelectorNode _root;
    private string? _canonical;
    private string? _hash;

    internal Selector(SelectorNode root) => _root = root;

    /// <summary>Matches everything; what an empty text means.</summary>
    public static Selector All { get; } = new(new AllNode());

    /// <summary>Matches nothing.</summary>
    public static Selector None { get; } = new(new NotNode(new AllNode()));

    /// <summary>
    /// Upstream's unique id: <c>s:</c> and the SHA-224 of <c>s:</c> with the canonical text, in base64url without padding. 40 characters.
    /// </summary>
    public string Hash => _hash ??= "s:" + Base64Url.EncodeToString(Sha224.Hash(Encoding.UTF8.GetBytes("s:" + Canonical)));

    internal SelectorNode Root => _root;

    // Made when it is asked for: of the selectors of many policies few are ever compared or printed.
    private string Canonical => _canonical ??= _root.ToCanonical();

    /// <exception cref="SelectorException">The text is not a selector: where it stops being one, and what was expected there.</exception>
    public static Selector Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength)
        {
            throw new SelectorException(text, MaxLength, $"the end of the selector, which may have {MaxLength} characters but has {text.Length}");
        }

        return text.AsSpan().Trim(Tokenizer.WhiteSpace).IsEmpty ? All : new Selector(new Parser(text).Parse());
    }

    /// <summary>As <see cref="Parse"/>, but false where that throws, and for null.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Selector? selector)
    {
        try
        {
            selector = text is null ? null : Parse(text);
        }
        catch (SelectorException)
        {
            selector = null;
        }

        return selector is not null;
    }

    /// <summary>True when an object with these labels is selected. <c>global()</c> matches like <c>all()</c>: it tells scopes apart, not labels.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return _root.Matches(labels);
    }

    public bool Equals(Selector? other) => other is not null && (ReferenceEquals(this, other) || Canonical == other.Canonical);

    public override bool Equals(object? obj) => Equals(obj as Selector);

    public override int GetHashCode() => Canonical.GetHashCode(StringComparison.Ordinal);

    /// <summary>The canonical text: one spelling for all that parse to the same tree; it parses to that tree again.</summary>
    public override string ToString() => Canonical;
}
