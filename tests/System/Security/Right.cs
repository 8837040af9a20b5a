using System.Text.Json.Nodes;

namespace Calico.Tests.System.Security;

/// <summary>One verb on one resource, of one named object or (null) of any.</summary>
internal sealed record Right(string Verb, string Group, string Resource, string? Name)
{
    /// <summary>Every right of a rule of a role.</summary>
    public static IEnumerable<Right> Of(JsonNode rule) =>
        from verb in Words(rule, "verbs")
        from theGroup in Words(rule, "apiGroups")
        from resource in Words(rule, "resources")
        from name in Words(rule, "resourceNames").Cast<string?>().DefaultIfEmpty(null)
        select new Right(verb, theGroup, resource, name);

    /// <summary>What a request of the audit log asked for.</summary>
    public static Right Asked(JsonNode request)
    {
        var target = request["objectRef"];
        var (resource, part) = ((string?)target?["resource"], (string?)target?["subresource"]);
        return new Right(
            (string)request["verb"]!, (string?)target?["apiGroup"] ?? "", part is null ? resource ?? (string)request["requestURI"]! : $"{resource}/{part}", (string?)target?["name"]);
    }

    /// <summary>Whether this grant is what allowed that request.</summary>
    public bool Covers(Right asked) =>
        Verb == asked.Verb && Group == asked.Group && CoversResource(asked.Resource) && (Name is null || asked.Name is null || Name == asked.Name);

    public override string ToString() => $"{Verb} {(Group.Length == 0 ? "core" : Group)}/{Resource}{(Name is null ? "" : $" {Name}")}";

    // Also */status: a part of every resource of the group.
    private bool CoversResource(string asked) =>
        Resource == "*" || Resource == asked || (Resource.StartsWith("*/", StringComparison.Ordinal) && asked.EndsWith(Resource[1..], StringComparison.Ordinal));

    private static IEnumerable<string> Words(JsonNode rule, string name) => rule[name]?.AsArray().Select(word => (string)word!) ?? [];
}
