using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Calico.Controller.Bootstrap;

/// <summary>Makes certificates: ECDSA on P-256, the authority for ten years, what it signs for one.</summary>
internal sealed class CertificateAuthority : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private static readonly TimeSpan LeafLifetime = TimeSpan.FromDays(365);

    // Clocks of a cluster's nodes differ.
    private static readonly TimeSpan Skew = TimeSpan.FromHours(1);
    private readonly X509Certificate2 _certificate;

    private CertificateAuthority(X509Certificate2 certificate) => _certificate = certificate;

    /// <summary>PEM.</summary>
    public string Certificate => _certificate.ExportCertificatePem() + "\n";

    /// <exception cref="BootstrapException">They are no certificate with its key.</exception>
    public static CertificateAuthority Load(string certificate, string key)
    {
        try
        {
            return new CertificateAuthority(X509Certificate2.CreateFromPem(certificate, key));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new BootstrapException(
                $"{EtcdNames.CaCert} and {EtcdNames.CaKey} of Secret {EtcdNames.CaSecret} are no certificate with its key ({e.Message}); put them back, or remove both and a new authority is made");
        }
    }

    /// <returns>PEM of the certificate and of its key.</returns>
    public static (string Certificate, string Key) Create(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=calico-etcd-ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var certificate = request.CreateSelfSigned(now - Skew, now.AddYears(10));
        return (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <inheritdoc cref="Create"/>
    public (string Certificate, string Key) Issue(CertificateWish wish, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={wish.CommonName}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        OidCollection usages = [new Oid(ClientAuthentication)];
        if (wish.IsServer)
        {
            usages.Add(new Oid(ServerAuthentication));
        }

        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(usages, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        if (wish.Names.Count + wish.Addresses.Count > 0)
        {
            request.CertificateExtensions.Add(AlternativeNames(wish));
        }

        var end = now + LeafLifetime < _certificate.NotAfter ? now + LeafLifetime : _certificate.NotAfter;
        using var certificate = request.Create(_certificate, now - Skew, end, RandomNumberGenerator.GetBytes(16));
        return (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    public void Dispose() => _certificate.Dispose();

    private static X509Extension AlternativeNames(CertificateWish wish)
    {
        SubjectAlternativeNameBuilder names = new();
        foreach (var name in wish.Names)
        {
            names.AddDnsName(name);
        }

        foreach (var address in wish.Addresses.Distinct())
        {
            names.AddIpAddress(address);
        }

        return names.Build();
    }
}
