using System.Text.Json.Nodes;

namespace Calico.Tests.System.Resources;

/// <summary>An object of a kind, and a part of its spec that can be changed.</summary>
/// <param name="First">What the spec holds first, and</param>
/// <param name="Second">what takes its place.</param>
/// <param name="Namespace">Null where the kind has none.</param>
internal sealed record SampleObject(string Kind, string Plural, string Name, string Spec, string First, string Second, string? Namespace = null)
{
    /// <summary>What kubectl calls the kind: other groups have kinds of the same name.</summary>
    public string Resource => $"{Plural}.projectcalico.org";

    public string Key => $"/calico/resources/v3/projectcalico.org/{Plural}/{(Namespace is null ? "" : Namespace + "/")}{Name}";

    public string[] Scope => Namespace is null ? [] : ["--namespace", Namespace];

    public JsonNode Manifest()
    {
        var metadata = new JsonObject { ["name"] = Name };
        if (Namespace is not null)
        {
            metadata["namespace"] = Namespace;
        }

        return new JsonObject { ["apiVersion"] = "projectcalico.org/v3", ["kind"] = Kind, ["metadata"] = metadata, ["spec"] = JsonNode.Parse(Spec) };
    }

    public override string ToString() => Kind;
}
