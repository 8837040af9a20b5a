namespace Calico.Cni.Protocol;

/// <summary>
/// Where the conf says that the cluster's API is: its section <c>kubernetes</c>, and the fields of <c>policy</c> that go before it, as upstream
/// reads them. Files are named by their paths on the host.
/// </summary>
public sealed record KubernetesConf
{
    public static KubernetesConf None { get; } = new();

    /// <summary>kubernetes.kubeconfig: a kubeconfig file.</summary>
    public string Kubeconfig { get; init; } = "";

    /// <summary>policy.k8s_api_root, else kubernetes.k8s_api_root: the server's address; a path that begins with <c>/api/</c> does not count.</summary>
    public string ApiRoot { get; init; } = "";

    /// <summary>policy.k8s_auth_token: a bearer token.</summary>
    public string AuthToken { get; init; } = "";

    /// <summary>policy.k8s_client_certificate: a PEM file.</summary>
    public string ClientCertificate { get; init; } = "";

    /// <summary>policy.k8s_client_key: a PEM file.</summary>
    public string ClientKey { get; init; } = "";

    /// <summary>policy.k8s_certificate_authority: a PEM file.</summary>
    public string CertificateAuthority { get; init; } = "";

    /// <summary>False: nothing is to be asked of an API, and the arguments of the call are all that is known of a pod.</summary>
    public bool IsConfigured => Kubeconfig.Length > 0 || ApiRoot.Length > 0;

    /// <summary>The record without the token.</summary>
    public override string ToString() => $"kubeconfig '{Kubeconfig}', API at '{ApiRoot}'";
}
