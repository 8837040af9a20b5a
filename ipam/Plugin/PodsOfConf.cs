using Calico.Cni.Protocol;
using Calico.Ipam.Core;
using Calico.Ipam.Delegate;
using Calico.Store.Kubernetes;

namespace Calico.Ipam.Plugin;

/// <summary>Reads pods by what the conf says of the API. Nothing is opened, nor a kubeconfig read, before a pod is asked for: DEL needs none.</summary>
internal sealed class PodsOfConf(KubernetesConf conf) : IPodDirectory
{
    public Task<PodMetadata> FindAsync(PodReference pod, CancellationToken cancellationToken)
    {
        // Not disposed: the process ends with the call.
#pragma warning disable CA2000
        var client = new KubernetesClient(Config());
#pragma warning restore CA2000
        return new PodReader(client, TimeProvider.System).FindAsync(pod, cancellationToken);
    }

    /// <summary>For STATUS: whether an ADD could ask who its pod is, as far as the token tells. The API is not asked.</summary>
    /// <exception cref="CniException">It could not.</exception>
    public void CheckToken(CniLog log)
    {
        var now = TimeProvider.System.GetUtcNow();
        if (Config().ReadTokenLife(TimeProvider.System) is not { } life)
        {
            return;
        }

        if (life.ExpiresAt <= now)
        {
            throw new CniException(
                CniErrorCode.NotAvailable, $"the token for the Kubernetes API expired at {life.ExpiresAt:u}: no pod can be looked up", "calico-agent renews it in the kubeconfig; does it run on this node?");
        }

        if (life.IsNearlyOver(now))
        {
            log.Warning($"the token for the Kubernetes API ends at {life.ExpiresAt:u} and was not renewed: does calico-agent run on this node?");
        }
    }

    private KubernetesConfig Config()
    {
        try
        {
            var config = conf.Kubeconfig.Length > 0 ? KubernetesConfig.FromKubeconfig(conf.Kubeconfig) : null;
            return new KubernetesOverrides(conf.ApiRoot, conf.AuthToken, conf.CertificateAuthority, conf.ClientCertificate, conf.ClientKey).ApplyTo(config);
        }
        catch (KubernetesException e)
        {
            throw new CniException(
                CniErrorCode.TryAgainLater, $"labels and annotations of the pod cannot be read: {e.Message}", "fields kubernetes and policy of the conf; calico-agent keeps the kubeconfig", e);
        }
    }
}
