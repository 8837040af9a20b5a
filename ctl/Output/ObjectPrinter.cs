using System.Text.Json.Nodes;
using Calico.Ctl.Resources;
using Calico.Model.Resources;
using Calico.Store.Yaml;

namespace Calico.Ctl.Output;

/// <summary>Objects as text. What YAML and JSON show is always valid input of the other commands.</summary>
internal sealed class ObjectPrinter(OutputFormat format, bool withNamespace, bool export)
{
    /// <summary>All objects of a kind.</summary>
    public string List(ObjectList list)
    {
        if (format.Kind is not (OutputKind.Yaml or OutputKind.Json))
        {
            return Lines(list.Kind, list.Objects);
        }

        var metadata = new JsonObject();
        if (!export)
        {
            metadata["resourceVersion"] = list.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return Document(new JsonObject
        {
            ["apiVersion"] = ResourceKind.ApiVersion,
            ["kind"] = $"{list.Kind}List",
            ["metadata"] = metadata,
            ["items"] = new JsonArray([.. list.Objects.Select(stored => (JsonNode)Shown(stored, keepNamespace: true))]),
        });
    }

    /// <summary>Objects that were named; one alone stands for itself.</summary>
    public string Named(IReadOnlyList<StoredObject> objects)
    {
        if (format.Kind is OutputKind.Yaml or OutputKind.Json)
        {
            var nodes = objects.Select(stored => (JsonNode)Shown(stored, keepNamespace: false)).ToArray();
            return nodes switch
            {
                [] => "",
                [var only] => Document(only),
                _ => Document(new JsonArray(nodes)),
            };
        }

        return string.Join('\n', objects.GroupBy(stored => stored.Ref.Kind).Select(group => Lines(group.Key, [.. group])));
    }

    private string Lines(Kind kind, IReadOnlyList<StoredObject> objects)
    {
        if (format.Kind == OutputKind.Name)
        {
            return string.Concat(objects.Select(stored => $"{kind.Name.ToLowerInvariant()}/{(withNamespace && stored.Ref.Namespace.Length > 0 ? stored.Ref.Namespace + "/" : "")}{stored.Ref.Name}\n"));
        }

        var columns = format.ColumnsOf(kind, withNamespace);
        return TextTable.Plain([.. columns.Select(column => column.Heading)], [.. objects.Select(stored => (IReadOnlyList<string>)[.. columns.Select(column => column.Value(stored.Json))])]);
    }

    private JsonObject Shown(StoredObject stored, bool keepNamespace) => export ? StoredForm.Exported(stored, keepNamespace) : StoredForm.Shown(stored);

    private string Document(JsonNode node) => format.Kind == OutputKind.Yaml ? YamlText.Write(node) : JsonText.Pretty(node) + "\n";
}
