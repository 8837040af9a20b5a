using System.Collections.ObjectModel;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;

namespace Calico.Store.Etcd.Transport;

/// <summary>Makes the context in which a client certificate is shown, without loading the system's trust store.</summary>
/// <remarks>
/// <see cref="SslStreamCertificateContext.Create(X509Certificate2, X509Certificate2Collection?, bool)"/> builds a chain against the system's
/// trust store only to sort the intermediates, which takes a cold process more than 0.1 s. Our file holds the chain in order, so we
/// call the constructor behind it. Should a runtime lack that constructor, the public way does the same more slowly.
/// </remarks>
internal static class ClientCertificateContext
{
    public static SslStreamCertificateContext Create(X509Certificate2 leaf, X509Certificate2Collection intermediates)
    {
        try
        {
            return Construct(leaf, new ReadOnlyCollection<X509Certificate2>([.. intermediates]), null);
        }
        catch (MissingMethodException)
        {
            return SslStreamCertificateContext.Create(leaf, intermediates, offline: true);
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    internal static extern SslStreamCertificateContext Construct(
        X509Certificate2 target, ReadOnlyCollection<X509Certificate2> intermediates, SslCertificateTrust? trust);
}
