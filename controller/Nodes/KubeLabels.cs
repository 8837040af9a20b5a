using System.Text;
using System.Text.Json;
using Calico.Model.Json;

namespace Calico.Controller.Nodes;

/// <summary>The annotation in which upstream remembers the labels it copied from Kubernetes: a label that is in it and no longer there was removed there.</summary>
internal static class KubeLabels
{
    public const string Annotation = "projectcalico.org/kube-labels";

    /// <summary>Empty when the annotation is absent or not an object of texts: then nothing is known to come from Kubernetes.</summary>
    public static IReadOnlyDictionary<string, string> Read(string? annotation)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            using var json = JsonDocument.Parse(annotation ?? "{}");
            foreach (var field in json.RootElement.EnumerateObject())
            {
                labels[field.Name] = field.Value.GetString() ?? "";
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            labels.Clear();
        }

        return labels;
    }

    /// <summary>Sorted, so that equal labels are equal text.</summary>
    public static string Write(IReadOnlyDictionary<string, string> labels)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = PlainJsonEncoder.Instance }))
        {
            json.WriteStartObject();
            foreach (var (name, value) in labels.OrderBy(label => label.Key, StringComparer.Ordinal))
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
