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
