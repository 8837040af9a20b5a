using System.Globalization;
using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Policy;

/// <summary>An IP protocol of a rule: one of upstream's names, or its number (1 to 255). Text is kept as written, so that it round-trips.</summary>
[JsonConverter(typeof(PolicyProtocolConverter))]
public readonly record struct PolicyProtocol(string Text, bool IsNumber)
{
    private static readonly (string Name, int Number)[] Names = [("ICMP", 1), ("TCP", 6), ("UDP", 17), ("ICMPv6", 58), ("SCTP", 132), ("UDPLite", 136)];

    public static PolicyProtocol Named(string name) => new(name, false);

    public static PolicyProtocol Numbered(int number) => new(number.ToString(CultureInfo.InvariantCulture), true);

    /// <summary>The number in the IP header (IANA); null when the name is unknown or the number out of range.</summary>
    public int? Number
    {
        get
        {
            if (int.TryParse(Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return number is >= 1 and <= 255 ? number : null;
            }

            var text = Text;
            return Array.Find(Names, entry => entry.Name == text) is { Name: not null } named ? named.Number : null;
        }
    }

    /// <summary>TCP, UDP and SCTP: the protocols whose ports a rule can name.</summary>
    public bool HasPorts => IsWithPorts(Number);

    /// <summary>As a rule writes the protocol of that number; null for one without a name.</summary>
    public static string? NameOf(int number) => Array.Find(Names, entry => entry.Number == number).Name;

    /// <summary>The number that a person means by a name in letters of any case, or by a number; null when there is none.</summary>
    public static int? NumberMeant(string text) =>
        Array.Find(Names, entry => entry.Name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { Name: not null } named ? named.Number : Named(text).Number;

    /// <param name="number">In the IP header; null for any.</param>
    /// <inheritdoc cref="HasPorts" path="/summary"/>
    public static bool IsWithPorts(int? number) => number is 6 or 17 or 132;

    public override string ToString() => Text;
}
