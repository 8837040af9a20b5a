using System.Text.Json.Nodes;

namespace Calico.Ctl.Resources;

/// <summary>A column of a table of objects.</summary>
internal sealed record Column(string Heading, Func<JsonObject, string> Value);
