using System.Net.Security;
using Calico.Store.Transport;

namespace Calico.Store.Kubernetes;

/// <summary>Where the Kubernetes API is and as whom we speak to it.</summary>
public sealed class KubernetesConfig
{
    /// <summary>Where the kubelet mounts the service account into a container.</summary>
    public const string ServiceAccountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";

    internal KubernetesConfig(Uri server, TlsOptions tls, BearerToken? token, string ns)
    {
        Server = server;
        Tls = tls;
        Token = token;
        Namespace = ns;
    }

    /// <summary>URL of the API server; a path in it comes before every path of the API.</summary>
    public Uri Server { get; }

    /// <summary>The namespace we are in, or the one the kubeconfig's context names; empty when nothing says so.</summary>
    public string Namespace { get; }

    /// <summary>How long one round trip may take, connecting and trying again included. A watch has this long to begin.</summary>
    public TimeSpan CallTimeout { get; private init; } = TimeSpan.FromSeconds(15);

    /// <summary>What the server's log and audit name us by.</summary>
    public string UserAgent { get; private init; } = "calico";

    internal TlsOptions Tls { get; }

    internal BearerToken? Token { get; }

    /// <summary>The API of the cluster that this container runs in, as its service account. Token and CA are read again as they are rotated.</summary>
    /// <param name="environment">The program's environment: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are taken from it.</param>
    /// <exception cref="KubernetesException">We are not in a cluster; the message says what is missing.</exception>
    public static KubernetesConfig InCluster(IReadOnlyDictionary<string, string> environment, string directory = ServiceAccountDirectory)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var host = environment.GetValueOrDefault("KUBERNETES_SERVICE_HOST", "");
        var port = environment.GetValueOrDefault("KUBERNETES_SERVICE_PORT", "443");
        if (host.Length == 0)
        {
            throw new KubernetesException("KUBERNETES_SERVICE_HOST is not set: this is no container of a Kubernetes cluster; name a kubeconfig file instead");
        }

        var authority = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{port}" : $"{host}:{port}";
        if (!Uri.TryCreate($"https://{authority}", UriKind.Absolute, out var server))
        {
            throw new KubernetesException($"KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT name no server: '{authority}'");
        }

        var tls = new TlsOptions { Authorities = PemSource.File(Path.Combine(directory, "ca.crt")), Protocols = Protocols };
        return new KubernetesConfig(server, tls, BearerToken.File(Path.Combine(directory, "token")), ReadNamespace(Path.Combine(directory, "namespace")));
    }

    /// <summary>The current context of a kubeconfig file. Tokens and certificates it names as files are read again as they change.</summary>
    /// <exception cref="KubernetesException">The file cannot be used; the message says why, and never repeats a secret.</exception>
    public static KubernetesConfig FromKubeconfig(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return new KubeconfigReader(path).Read(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KubernetesException($"cannot read the kubeconfig {path}: {e.Message}", e);
        }
    }

    /// <summary>How long the token of now is valid; null without one, or when it does not say.</summary>
    /// <exception cref="KubernetesException">Its file cannot be read.</exception>
    public TokenLife? ReadTokenLife(TimeProvider time) => Token is { } token ? TokenLife.Of(token.Get(time)) : null;

    /// <summary>The same with another <see cref="CallTimeout"/> or <see cref="UserAgent"/>.</summary>
    public KubernetesConfig With(TimeSpan? callTimeout = null, string? userAgent = null) =>
        new(Server, Tls, Token, Namespace) { CallTimeout = callTimeout ?? CallTimeout, UserAgent = userAgent ?? UserAgent };

    // HTTP/2 carries all watches over one connection; what stands between may speak only HTTP/1.1.
    internal static IReadOnlyList<SslApplicationProtocol> Protocols { get; } = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];

    private static string ReadNamespace(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not everybody mounts it, and few need it.
            return "";
        }
    }
}
