using Calico.Store.Transport;

namespace Calico.Store.Kubernetes;

/// <summary>What a network configuration says of the API besides, or instead of, a kubeconfig. Empty text says nothing.</summary>
/// <param name="Server">URL; a path that begins with <c>/api/</c> is upstream's old way to write it, and does not count.</param>
/// <param name="CertificateAuthority">A PEM file, as the two that follow.</param>
public sealed record KubernetesOverrides(string Server, string Token, string CertificateAuthority, string ClientCertificate, string ClientKey)
{
    /// <summary>A configuration in which what is said here goes before what it says.</summary>
    /// <param name="config">Null where there is no kubeconfig.</param>
    /// <exception cref="KubernetesException">Both together do not say where the API is or how to trust it.</exception>
    public KubernetesConfig ApplyTo(KubernetesConfig? config)
    {
        var server = Server.Length > 0 ? Parse() : config?.Server ?? throw new KubernetesException("neither a kubeconfig nor k8s_api_root says where the Kubernetes API is");
        var tls = (config?.Tls ?? new TlsOptions { Protocols = KubernetesConfig.Protocols });
        tls = CertificateAuthority.Length > 0 ? tls with { Authorities = PemSource.File(CertificateAuthority) } : tls;
        tls = ClientCertificate.Length > 0 ? tls with { Certificate = PemSource.File(ClientCertificate) } : tls;
        tls = ClientKey.Length > 0 ? tls with { Key = PemSource.File(ClientKey) } : tls;
        if (tls is { Authorities: null, IsUnverified: false } && server.Scheme == Uri.UriSchemeHttps)
        {
            throw new KubernetesException($"nothing says which authority signs for {server}: set k8s_certificate_authority, or use a kubeconfig");
        }

        return (tls.Certificate is null) == (tls.Key is null)
            ? new KubernetesConfig(server, tls, Token.Length > 0 ? BearerToken.Text(Token) : config?.Token, config?.Namespace ?? "")
            : throw new KubernetesException("k8s_client_certificate and k8s_client_key need each other");
    }

    /// <summary>Without the token.</summary>
    public override string ToString() => Server;

    private Uri Parse()
    {
        var text = Server.Split("/api/")[0];
        return Uri.TryCreate(text, UriKind.Absolute, out var server) && (server.Scheme == Uri.UriSchemeHttps || server.Scheme == Uri.UriSchemeHttp)
            ? server
            : throw new KubernetesException($"k8s_api_root is no http or https URL: '{Server}'");
    }
}
