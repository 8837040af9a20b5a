using System.Globalization;
using System.Text.Json.Serialization;

namespace Calico.Model.Kubernetes;

/// <summary>A number or a text, as in <c>port: 80</c> and <c>port: http</c>.</summary>
/// <param name="Text">Null for a number.</param>
[JsonConverter(typeof(IntOrStringConverter))]
public readonly record struct IntOrString(int Number, string? Text)
{
    public bool IsNumber => Text is null;

    public static IntOrString FromNumber(int number) => new(number, null);

    public static IntOrString FromText(string text) => new(0, text);

    public override string ToString() => Text ?? Number.ToString(CultureInfo.InvariantCulture);
}
