using System.Text.Json.Nodes;

namespace Calico.Ctl.Resources;

/// <summary>An object that a user wrote down.</summary>
/// <param name="Source">Where: the file and the document in it.</param>
internal sealed record Manifest(string Source, ObjectRef Ref, JsonObject Json);
