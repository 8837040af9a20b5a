using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Calico.Store.Transport;

/// <summary>The PEM files of the configuration, read for every new connection, so that it uses what is there now.</summary>
/// <remarks>
/// What they hold is compared, not when they were written: a file of a mounted Secret is a link that never changes, to a directory that is swapped.
/// </remarks>
internal sealed class TlsFiles(TlsOptions options, ILogger log)
{
    private const string Ca = "CA certificate";
    private const string ClientCertificate = "client certificate";

    private readonly Lock _lock = new();
    private PemTexts? _texts;
    private TlsCredentials? _credentials;

    /// <summary>What the files say now. While they cannot be read (a rotation may be half done) what they said before.</summary>
    /// <exception cref="StoreException">They could never be read; the message names the file.</exception>
    public TlsCredentials Current()
    {
        lock (_lock)
        {
            try
            {
                var texts = ReadTexts();
                if (_credentials is null || texts != _texts)
                {
                    _credentials = new TlsCredentials(Authorities(texts), Client(texts));
                    _texts = texts;
                }
            }
            catch (StoreException e) when (_credentials is not null)
            {
                StoreLog.RotationFailed(log, e.Message);
            }

            return _credentials;
        }
    }

    private PemTexts ReadTexts() => new(options.Authorities?.Read(Ca), options.Certificate?.Read(ClientCertificate), options.Key?.Read("client key"));

    private X509Certificate2Collection Authorities(PemTexts texts) =>
        texts.Authorities is { } text
            ? Certificates(text, options.Authorities, Ca)
            : options.IsUnverified
                ? []
                : throw new StoreException("TLS needs a CA certificate file: the system's trust store is not used");

    private SslStreamCertificateContext? Client(PemTexts texts)
    {
        if (texts.Certificate is not { } certificate || texts.Key is not { } key)
        {
            return null;
        }

        var chain = Certificates(certificate, options.Certificate, ClientCertificate);
        try
        {
            // The first certificate is ours, the others lead to the authority.
            var leaf = X509Certificate2.CreateFromPem(certificate, key);
            chain.RemoveAt(0);
            return SslStreamCertificateContext.Create(leaf, chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new StoreException($"the key in {options.Key} cannot be used with the certificate in {options.Certificate}: {e.Message}", e);
        }
    }

    private static X509Certificate2Collection Certificates(string text, PemSource? source, string what)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (CryptographicException e)
        {
            throw new StoreException($"{what} file {source} holds a certificate that does not parse: {e.Message}", e);
        }

        return certificates.Count > 0 ? certificates : throw new StoreException($"{what} file {source} holds no certificate in PEM form");
    }

    private sealed record PemTexts(string? Authorities, string? Certificate, string? Key);
}
