using System.Buffers.Text;
using System.Text.Json;

namespace Calico.Store.Kubernetes;

/// <summary>From when to when a service account's token is valid, as it says itself (JWT, RFC 7519: <c>iat</c> and <c>exp</c>). Its signature is the server's business.</summary>
/// <param name="IssuedAt">Null where it does not say.</param>
public sealed record TokenLife(DateTimeOffset? IssuedAt, DateTimeOffset ExpiresAt)
{
    /// <summary>Less than a quarter of its life is left: who should have renewed it has not.</summary>
    public bool IsNearlyOver(DateTimeOffset now) => IssuedAt is { } issued && (ExpiresAt - now) * 4 < ExpiresAt - issued;

    /// <returns>Null when the text is no JWT, or one without an end.</returns>
    internal static TokenLife? Of(string token)
    {
        if (token.Split('.') is not [_, var payload, _])
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            return Time(json.RootElement, "exp") is { } end ? new TokenLife(Time(json.RootElement, "iat"), end) : null;
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static DateTimeOffset? Time(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var claim) && claim.TryGetInt64(out var seconds) && seconds is >= 0 and < 253402300800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
