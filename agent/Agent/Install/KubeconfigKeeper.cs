using Calico.Agent.Options;
using Calico.Store.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Install;

/// <summary>
/// Keeps the kubeconfig of the host usable: asks for a token of the plugin's service account, for a new one when a quarter of its life is over, and puts
/// the file right when somebody changed it or when the API's authority is another.
/// </summary>
/// <param name="server">Of the API, as the host reaches it.</param>
/// <param name="authorityFile">The PEM file that the kubelet mounts, and keeps fresh.</param>
internal sealed class KubeconfigKeeper(CniOptions options, IKubernetesApi api, string accountNamespace, Uri server, string authorityFile, ILogger log, TimeProvider time)
{
    /// <summary>What is asked for; the server may give another.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private static readonly TimeSpan LeastAge = TimeSpan.FromSeconds(5);
    private ServiceAccountToken? _token;
    private DateTimeOffset _renewal;

    public static KubeconfigKeeper Of(CniOptions options, KubernetesOptions kubernetes, IKubernetesApi api, ILogger log, TimeProvider time)
    {
        var config = kubernetes.Config();
        return new KubeconfigKeeper(options, api, config.Namespace, config.Server, Path.Combine(kubernetes.ServiceAccountDirectory, "ca.crt"), log, time);
    }

    public string Account => $"{accountNamespace}/{options.ServiceAccount}";

    /// <summary>Does what is due.</summary>
    /// <exception cref="KubernetesException">There is no token; the file stays as it is.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public async Task UpdateAsync(CancellationToken cancellationToken)
    {
        var isRenewal = _token is null || time.GetUtcNow() >= _renewal;
        if (isRenewal)
        {
            var begun = time.GetUtcNow();
            _token = await api.RequestTokenAsync(accountNamespace, options.ServiceAccount, Lifetime, cancellationToken);
            var quarter = (_token.ExpiresAt - begun) / 4;
            _renewal = begun + (quarter > LeastAge ? quarter : LeastAge);
        }

        var text = KubeconfigText.Of(server, await File.ReadAllBytesAsync(authorityFile, cancellationToken), _token!.Token);
        if (!DurableFile.Update(options.KubeconfigFile, text, DurableFile.Secret))
        {
            return;
        }

        if (isRenewal)
        {
            InstallLog.KubeconfigWritten(log, options.KubeconfigFile, _token.ExpiresAt);
        }
        else
        {
            InstallLog.KubeconfigRestored(log, options.KubeconfigFile);
        }
    }
}
