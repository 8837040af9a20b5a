using System.Globalization;
using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Resources;

/// <summary>A BGP autonomous system number, 32 bits (RFC 6793). Reads a number, its text, or <c>high.low</c>; writes a number.</summary>
[JsonConverter(typeof(AsNumberConverter))]
public readonly record struct AsNumber(uint Value)
{
    /// <summary>What a node has when nothing names a number: a private one (RFC 6996), as upstream.</summary>
    public static AsNumber Default { get; } = new(64512);

    public static bool TryParse(string? text, out AsNumber result)
    {
        result = default;
        if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var plain))
        {
            result = new AsNumber(plain);
            return true;
        }

        var parts = text?.Split('.') ?? [];
        if (parts.Length != 2
            || !ushort.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var high)
            || !ushort.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var low))
        {
            return false;
        }

        result = new AsNumber(((uint)high << 16) | low);
        return true;
    }

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
