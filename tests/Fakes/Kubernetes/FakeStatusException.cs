using System.Globalization;
using System.Text.Json.Nodes;

namespace Calico.Tests.Fakes.Kubernetes;

/// <summary>A refusal, as the API server puts it into a Status object.</summary>
public sealed class FakeStatusException(int code, string reason, string message) : Exception(message)
{
    public int Code { get; } = code;

    /// <summary>Seconds, sent as Retry-After; 0 for none.</summary>
    public int RetryAfterSeconds { get; init; }

    /// <summary>The machine-readable cause inside the details; empty for none.</summary>
    public string Cause { get; init; } = "";

    public JsonObject Status() => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Failure",
        ["message"] = Message,
        ["reason"] = reason,
        ["details"] = Cause.Length == 0 ? new JsonObject() : new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["reason"] = Cause, ["message"] = Message }) },
        ["code"] = Code,
    };

    public static FakeStatusException NotFound(string what) => new(404, "NotFound", $"{what} not found");

    public static FakeStatusException Conflict(string what, string why) => new(409, "Conflict", $"Operation cannot be fulfilled on {what}: {why}");

    public static FakeStatusException Gone(long version, long oldest) =>
        new(410, "Expired", string.Create(CultureInfo.InvariantCulture, $"too old resource version: {version} ({oldest})"));
}
