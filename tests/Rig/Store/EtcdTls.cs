using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Calico.Tests.Rig.Store;

/// <summary>An authority with a server's and a client's certificate, as PEM files in a directory.</summary>
public sealed class EtcdTls
{
    private static readonly TimeSpan Validity = TimeSpan.FromHours(2);
    private readonly string _directory;

    private EtcdTls(string directory) => _directory = directory;

    public string CaFile => Path.Combine(_directory, "ca.pem");

    public string ServerCertFile => Path.Combine(_directory, "server.pem");

    public string ServerKeyFile => Path.Combine(_directory, "server.key");

    public string ClientCertFile => Path.Combine(_directory, "client.pem");

    public string ClientKeyFile => Path.Combine(_directory, "client.key");

    /// <summary>Makes all five files; <paramref name="addresses"/> are what clients call the server by.</summary>
    public static EtcdTls Create(string directory, params IReadOnlyList<IPAddress> addresses)
    {
        var result = new EtcdTls(directory);
        using var caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var caRequest = new CertificateRequest("CN=rig-ca", caKey, HashAlgorithmName.SHA256);
        caRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        caRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var start = TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(5);
        using var ca = caRequest.CreateSelfSigned(start, start + Validity);
        File.WriteAllText(result.CaFile, ca.ExportCertificatePem());
        Issue(ca, "etcd", addresses, result.ServerCertFile, result.ServerKeyFile);
        Issue(ca, "calico", [], result.ClientCertFile, result.ClientKeyFile);
        return result;
    }

    private static void Issue(X509Certificate2 ca, string name, IReadOnlyList<IPAddress> addresses, string certFile, string keyFile)
    {
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
        File.WriteAllText(certFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
    }
}
