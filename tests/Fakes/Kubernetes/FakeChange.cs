using System.Text.Json.Nodes;

namespace Calico.Tests.Fakes.Kubernetes;

/// <summary>A change: what the object was, null for a new one, and what it is now, null when it is gone.</summary>
internal sealed record FakeChange(long Version, FakeObjectKey Key, JsonObject? Before, JsonObject? After)
{
    /// <summary>What a watch whose selectors are these tells of it; null when it is nothing to it.</summary>
    public JsonObject? Tell(Func<JsonObject, bool> matches)
    {
        var was = Before is not null && matches(Before);
        var isNow = After is not null && matches(After);
        var type = (was, isNow) switch { (false, true) => "ADDED", (true, true) => "MODIFIED", (true, false) => "DELETED", _ => null };
        if (type is null)
        {
            return null;
        }

        var resource = (JsonObject)(isNow ? After! : Before!).DeepClone();
        resource["metadata"]!["resourceVersion"] = Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new JsonObject { ["type"] = type, ["object"] = resource };
    }
}
