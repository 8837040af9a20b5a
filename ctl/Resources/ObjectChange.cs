using System.Text.Json.Nodes;

namespace Calico.Ctl.Resources;

/// <summary>What became, or would become, of one object.</summary>
/// <param name="Before">As it is stored; null when there was none.</param>
/// <param name="After">Null when it goes.</param>
internal sealed record ObjectChange(ObjectRef Ref, JsonObject? Before, JsonObject? After)
{
    public bool IsAny => !JsonNode.DeepEquals(Before, After);
}
