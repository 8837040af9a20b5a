using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Calico.Tests.Rig.Store;

/// <summary>An authority with a server's and a client's certificate, as PEM files in a directory, which may be replaced and revoked while they are in use.</summary>
public sealed class EtcdTls
{
    private static readonly TimeSpan Validity = TimeSpan.FromHours(2);
    private readonly string _directory;
    private readonly IReadOnlyList<IPAddress> _addresses;

    private EtcdTls(string directory, IReadOnlyList<IPAddress> addresses)
    {
        _directory = directory;
        _addresses = addresses;
    }

    public string CaFile => Path.Combine(_directory, "ca.pem");

    /// <summary>The client certificates that the server shall refuse. etcd reads it at every handshake.</summary>
    public string RevocationFile => Path.Combine(_directory, "revoked.pem");

    public string ServerCertFile => Path.Combine(_directory, "server.pem");

    public string ServerKeyFile => Path.Combine(_directory, "server.key");

    public string ClientCertFile => Path.Combine(_directory, "client.pem");

    public string ClientKeyFile => Path.Combine(_directory, "client.key");

    private string CaKeyFile => Path.Combine(_directory, "ca.key");

    /// <summary>Makes all files; <paramref name="addresses"/> are what clients call the server by.</summary>
    public static EtcdTls Create(string directory, params IReadOnlyList<IPAddress> addresses)
    {
        var result = new EtcdTls(directory, addresses);
        using var caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var caRequest = new CertificateRequest("CN=rig-ca", caKey, HashAlgorithmName.SHA256);
        caRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        caRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        caRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(caRequest.PublicKey, false));
        var start = TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(5);
        using var ca = caRequest.CreateSelfSigned(start, start + Validity);
        Replace(result.CaFile, ca.ExportCertificatePem());
        Replace(result.CaKeyFile, caKey.ExportPkcs8PrivateKeyPem());
        result.Revoke();
        result.RenewServer();
        result.RenewClient();
        return result;
    }

    /// <summary>Replaces the server's certificate by one of a new key.</summary>
    public void RenewServer() => Issue("etcd", _addresses, ServerCertFile, ServerKeyFile);

    /// <summary>Replaces the client's certificate by one of a new key; the one before stays valid.</summary>
    public void RenewClient() => Issue("calico", [], ClientCertFile, ClientKeyFile);

    /// <summary>Makes the server refuse these certificates, and no others, in handshakes to come.</summary>
    public void Revoke(params IReadOnlyList<X509Certificate2> certificates)
    {
        using var ca = Authority();
        var list = new CertificateRevocationListBuilder();
        foreach (var certificate in certificates)
        {
            list.AddEntry(certificate);
        }

        var encoded = list.Build(ca, 1, ca.NotAfter, HashAlgorithmName.SHA256);
        Replace(RevocationFile, PemEncoding.WriteString("X509 CRL", encoded));
    }

    private void Issue(string name, IReadOnlyList<IPAddress> addresses, string certFile, string keyFile)
    {
        using var ca = Authority();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        // etcd's gateway dials the server with the server's own certificate, so both uses are needed in it.
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        if (addresses.Count > 0)
        {
            var names = new SubjectAlternativeNameBuilder();
            foreach (var address in addresses)
            {
                names.AddIpAddress(address);
            }

            request.CertificateExtensions.Add(names.Build());
        }

        using var certificate = request.Create(ca, ca.NotBefore, ca.NotAfter, RandomNumberGenerator.GetBytes(8));
        Replace(certFile, certificate.ExportCertificatePem());
        Replace(keyFile, key.ExportPkcs8PrivateKeyPem());
    }

    private X509Certificate2 Authority() => X509Certificate2.CreateFromPemFile(CaFile, CaKeyFile);

    /// <summary>By rename, as those do that renew certificates: no reader sees half a file.</summary>
    private static void Replace(string file, string text)
    {
        var fresh = file + ".new";
        File.WriteAllText(fresh, text);
        File.Move(fresh, file, overwrite: true);
    }
}
