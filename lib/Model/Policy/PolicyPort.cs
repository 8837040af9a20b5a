using System.Globalization;
using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Policy;

/// <summary>A port of a rule: a number, a range <c>first:last</c>, or the name of an endpoint's port.</summary>
/// <param name="Name">Empty for numbers.</param>
[JsonConverter(typeof(PolicyPortConverter))]
public readonly record struct PolicyPort(string Name, int First, int Last)
{
    public bool IsNamed => Name.Length > 0;

    public bool Contains(int port) => !IsNamed && port >= First && port <= Last;

    public static PolicyPort Single(int port) => new("", port, port);

    public static PolicyPort Range(int first, int last) => new("", first, last);

    public static PolicyPort Named(string name) => new(name, 0, 0);

    /// <summary>Reads <c>80</c>, <c>80:90</c> or a name. Any other text is taken as a name; the validator judges it.</summary>
    public static PolicyPort FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var first = colon < 0 ? text : text[..colon];
        var last = colon < 0 ? text : text[(colon + 1)..];
        return TryNumber(first, out var from) && TryNumber(last, out var to) ? Range(from, to) : Named(text);
    }

    public override string ToString()
    {
        var culture = CultureInfo.InvariantCulture;
        return IsNamed ? Name : First == Last ? First.ToString(culture) : string.Create(culture, $"{First}:{Last}");
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
