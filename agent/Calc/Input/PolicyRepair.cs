using System.Buffers;
using System.Text.Json;
using Calico.Model.Resources;

namespace Calico.Agent.Calc.Input;

/// <summary>Makes the rest of a policy readable where rules have not the form of rules.</summary>
internal static class PolicyRepair
{
    /// <summary>The value with a null in the place of every such rule, which the validator names and which makes the policy deny.</summary>
    /// <exception cref="JsonException">The value is no JSON object with a spec.</exception>
    public static ReadOnlySpan<byte> WithoutWrongRules(ReadOnlySpan<byte> value)
    {
        using var document = JsonDocument.Parse(value.ToArray());
        var buffer = new ArrayBufferWriter<byte>(value.Length);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            CopyObject(writer, document.RootElement, static (output, property) =>
            {
                if (property.NameEquals("spec"u8))
                {
                    CopyObject(output, property.Value, CopyOfSpec);
                }
                else
                {
                    property.Value.WriteTo(output);
                }
            });
        }

        return buffer.WrittenSpan;
    }

    private static void CopyObject(Utf8JsonWriter writer, JsonElement element, Action<Utf8JsonWriter, JsonProperty> copyValue)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("expected an object");
        }

        writer.WriteStartObject();
        foreach (var property in element.EnumerateObject())
        {
            writer.WritePropertyName(property.Name);
            copyValue(writer, property);
        }

        writer.WriteEndObject();
    }

    private static void CopyOfSpec(Utf8JsonWriter writer, JsonProperty property)
    {
        if (!property.NameEquals("ingress"u8) && !property.NameEquals("egress"u8))
        {
            property.Value.WriteTo(writer);
            return;
        }

        writer.WriteStartArray();
        foreach (var rule in property.Value.ValueKind == JsonValueKind.Array ? property.Value.EnumerateArray().ToArray() : [default])
        {
            if (rule.ValueKind == JsonValueKind.Object && ProfileSpec.ReadRule(rule) is not null)
            {
                rule.WriteTo(writer);
            }
            else
            {
                writer.WriteNullValue();
            }
        }

        writer.WriteEndArray();
    }
}
