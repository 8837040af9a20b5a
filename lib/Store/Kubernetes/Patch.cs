using System.Text.Json.Nodes;

namespace Calico.Store.Kubernetes;

/// <summary>A change of some fields of an object.</summary>
public sealed record Patch
{
    private Patch(PatchType type, JsonObject body) => (Type, Body) = (type, body);

    public PatchType Type { get; }

    public JsonObject Body { get; }

    /// <summary>Who owns the fields that are applied; empty except for an apply.</summary>
    public string FieldManager { get; private init; } = "";

    /// <summary>An apply takes fields over that another manager owns, instead of ending in reason Conflict.</summary>
    public bool IsForced { get; private init; }

    /// <summary>The part of the object with a path of its own, such as <c>status</c>; empty for the object itself.</summary>
    public string Subresource { get; private init; } = "";

    public static Patch Merge(JsonObject body) => new(PatchType.Merge, body);

    public static Patch Strategic(JsonObject body) => new(PatchType.Strategic, body);

    /// <param name="body">With <c>apiVersion</c> and <c>kind</c>.</param>
    public static Patch Apply(JsonObject body, string fieldManager, bool force) =>
        new(PatchType.Apply, body) { FieldManager = fieldManager, IsForced = force };

    /// <summary>The same patch of the object's status, which patches of the object itself leave as it is.</summary>
    public Patch OfStatus() => this with { Subresource = "status" };
}
