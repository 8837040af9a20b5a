using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Calico.Store.Transport;

/// <summary>Whom we trust and who we are, as the files said at one moment.</summary>
internal sealed record TlsCredentials(X509Certificate2Collection Authorities, SslStreamCertificateContext? Client);
