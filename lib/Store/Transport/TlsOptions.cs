using System.Net.Security;

namespace Calico.Store.Transport;

/// <summary>How connections of one client are secured.</summary>
internal sealed record TlsOptions
{
    /// <summary>The authorities that may have signed the server's certificate; no others are trusted.</summary>
    public PemSource? Authorities { get; init; }

    /// <summary>Our certificate, and behind it those that lead to its authority.</summary>
    public PemSource? Certificate { get; init; }

    public PemSource? Key { get; init; }

    /// <summary>The name the server's certificate must be for; null is the host that is connected to.</summary>
    public string? ServerName { get; init; }

    /// <summary>Any certificate is taken. Only where the user wrote so.</summary>
    public bool IsUnverified { get; init; }

    /// <summary>What may be spoken inside (ALPN), the preferred first.</summary>
    public required IReadOnlyList<SslApplicationProtocol> Protocols { get; init; }
}
