using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Calico.Store.Etcd.Transport;

/// <summary>The PEM files of the configuration, read again when one of them has changed, so that a new connection uses what is there now.</summary>
internal sealed class TlsFiles(EtcdOptions options, ILogger log)
{
    private readonly Lock _lock = new();
    private (FileStamp Ca, FileStamp Cert, FileStamp Key) _stamps;
    private TlsCredentials? _credentials;

    /// <summary>What the files say now. While they cannot be read (a rotation may be half done) what they said before.</summary>
    /// <exception cref="StoreException">They could never be read; the message names the file.</exception>
    public TlsCredentials Current()
    {
        lock (_lock)
        {
            var stamps = (FileStamp.Of(options.CaCertFile), FileStamp.Of(options.CertFile), FileStamp.Of(options.KeyFile));
            if (_credentials is not null && stamps == _stamps)
            {
                return _credentials;
            }

            try
            {
                _credentials = new TlsCredentials(ReadAuthorities(), ReadClient());
                _stamps = stamps;
            }
            catch (StoreException e) when (_credentials is not null)
            {
                StoreLog.RotationFailed(log, e.Message);
            }

            return _credentials;
        }
    }

    private X509Certificate2Collection ReadAuthorities()
    {
        var file = options.CaCertFile ?? throw new StoreException("TLS to etcd needs a CA certificate file: the system's trust store is not used");
        return Certificates(Text(file, "CA certificate"), file, "CA certificate");
    }

    private SslStreamCertificateContext? ReadClient()
    {
        if (options.CertFile is not { } certFile || options.KeyFile is not { } keyFile)
        {
            return null;
        }

        var certText = Text(certFile, "client certificate");
        var chain = Certificates(certText, certFile, "client certificate");
        try
        {
            // The first certificate is ours, the others lead to the authority.
            var leaf = X509Certificate2.CreateFromPem(certText, Text(keyFile, "client key"));
            chain.RemoveAt(0);
            return SslStreamCertificateContext.Create(leaf, chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new StoreException($"the key in {keyFile} cannot be used with the certificate in {certFile}: {e.Message}", e);
        }
    }

    private static X509Certificate2Collection Certificates(string text, string file, string what)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (CryptographicException e)
        {
            throw new StoreException($"{what} file {file} holds a certificate that does not parse: {e.Message}", e);
        }

        return certificates.Count > 0 ? certificates : throw new StoreException($"{what} file {file} holds no certificate in PEM form");
    }

    private static string Text(string file, string what)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"cannot read the {what} file {file}: {e.Message}", e);
        }
    }

    private readonly record struct FileStamp(DateTime Modified, long Length)
    {
        public static FileStamp Of(string? path)
        {
            var file = path is null ? null : new FileInfo(path);
            return file is { Exists: true } ? new FileStamp(file.LastWriteTimeUtc, file.Length) : default;
        }
    }
}
