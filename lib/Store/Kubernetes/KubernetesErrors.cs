using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Calico.Store.Kubernetes;

/// <summary>What an answer that is no success means: the server's Status object (meta/v1), and HTTP where there is none.</summary>
internal static class KubernetesErrors
{
    private const int LongestBody = 300;

    public static KubernetesException FromAnswer(string attempted, Uri server, HttpStatusCode code, ReadOnlySpan<byte> body)
    {
        var status = Status.Read(body);
        var words = status?.Message ?? FirstLine(body);
        return Create(attempted, server, (int)code, status, words);
    }

    /// <summary>An error inside a watch, where the Status object carries the code.</summary>
    public static KubernetesException FromStatus(string attempted, Uri server, ReadOnlySpan<byte> json)
    {
        var status = Status.Read(json);
        return Create(attempted, server, status?.Code ?? (int)HttpStatusCode.InternalServerError, status, status?.Message ?? FirstLine(json));
    }

    public static KubernetesException Unanswered(string attempted, Uri server, Exception e, bool mayHaveHappened) =>
        new($"{attempted} {(mayHaveHappened ? "may or may not have happened" : "failed")} at {Name(server)}: {Reason(e)}", e) { IsUnavailable = true };

    /// <summary>The server refused before doing anything (429), or says that it could not do it now.</summary>
    public static bool IsTemporary(HttpStatusCode code) =>
        code is HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    public static string Name(Uri server) => server.GetLeftPart(UriPartial.Authority);

    private static KubernetesException Create(string attempted, Uri server, int code, Status? status, string words)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{attempted} failed at {Name(server)}: {(words.Length > 0 ? words : "no reason given")} (HTTP {code}){Advice(code)}");
        if (code == (int)HttpStatusCode.Gone || status is { IsVersionTooLarge: true })
        {
            return new KubernetesGoneException(text) { StatusCode = code, Reason = status?.Reason ?? "" };
        }

        return new KubernetesException(text) { StatusCode = code, Reason = status?.Reason ?? "", IsUnavailable = IsTemporary((HttpStatusCode)code) };
    }

    private static string Advice(int code) => code switch
    {
        401 => "; the server does not know our token or certificate: has it expired, or is it of another cluster?",
        403 => "; a role of this account needs a rule for it",
        _ => "",
    };

    private static string Reason(Exception e)
    {
        for (var inner = e; inner is not null; inner = inner.InnerException)
        {
            if (inner is SocketException or StoreException)
            {
                return inner.Message;
            }
        }

        return e.GetBaseException().Message;
    }

    private static string FirstLine(ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, LongestBody)]).Trim();
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        return end < 0 ? text : text[..end];
    }

    private sealed record Status(int Code, string Message, string Reason, bool IsVersionTooLarge)
    {
        public static Status? Read(ReadOnlySpan<byte> json)
        {
            try
            {
                var reader = new Utf8JsonReader(json);
                using var document = JsonDocument.ParseValue(ref reader);
                var root = document.RootElement;
                return root.ValueKind == JsonValueKind.Object && Text(root, "kind") == "Status"
                    ? new Status(root.TryGetProperty("code", out var code) && code.TryGetInt32(out var number) ? number : 500, Text(root, "message"), Text(root, "reason"), IsTooLarge(root))
                    : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }

        // The server is behind the version we ask for: it was restored from a backup, or is not up to date yet. Listing again is right in both cases.
        private static bool IsTooLarge(JsonElement root) =>
            root.TryGetProperty("details", out var details)
            && details.ValueKind == JsonValueKind.Object
            && details.TryGetProperty("causes", out var causes)
            && causes.ValueKind == JsonValueKind.Array
            && causes.EnumerateArray().Any(cause => Text(cause, "reason") == "ResourceVersionTooLarge");

        private static string Text(JsonElement from, string name) =>
            from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
    }
}
