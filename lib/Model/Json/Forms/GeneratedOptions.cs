using System.Text.Json;
using System.Text.Json.Serialization;

namespace Calico.Model.Json.Forms;

/// <summary>The options of <see cref="GeneratedForm{T}"/>, made when a type first needs them.</summary>
internal static class GeneratedOptions
{
    public static JsonSerializerOptions Value { get; } = new(ModelJsonContext.Default.Options)
    {
        Encoder = PlainJsonEncoder.Instance,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        TypeInfoResolver = ModelJsonContext.Default,
    };
}
