using Calico.Agent.Options;
using Calico.Agent.Startup;
using Calico.Model.Kubernetes;
using Calico.Model.Net;
using Calico.Store.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Kubernetes;

/// <summary>What Kubernetes knows of this node and, where kubeadm made it, of the cluster's ranges.</summary>
internal sealed class KubernetesNodeReader(IKubernetesApi api, KubernetesOptions options, ILogger log, TimeProvider time)
{
    /// <summary>A node starts without the API if it must.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(3);

    private const string KubeadmNamespace = "kube-system";
    private const string KubeadmConfig = "kubeadm-config";

    /// <returns>Null while the API does not answer, or refuses: while manifests are applied our rights may come after us.</returns>
    /// <exception cref="StartupException">There is no such node.</exception>
    public async Task<KubernetesNode?> ReadAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await api.ReadAsync(KubernetesKinds.Nodes, "", options.NodeRef, either.Token)
                ?? throw new StartupException($"Kubernetes has no Node {options.NodeRef}: name this node's object by NODENAME or CALICO_K8S_NODE_REF");
        }
        catch (Exception e) when (e is KubernetesException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            KubernetesLog.NodeNotRead(log, options.NodeRef, e.Message);
            return null;
        }
    }

    /// <summary>The range of pods that the cluster was told; null when nothing tells, or when it is taken by other things.</summary>
    /// <exception cref="StartupException">Temporary: the API does not answer. A pool is for ever, so its range is not guessed meanwhile.</exception>
    public async Task<Cidr?> PodRangeAsync(IpFamily family, IReadOnlyList<Cidr> hostNetworks, CancellationToken cancellationToken)
    {
        var node = await ReadAsync(cancellationToken)
            ?? throw new StartupException("the default pool needs the range of pods that the cluster was told; set CALICO_IPV4POOL_CIDR (and CALICO_IPV6POOL_CIDR) to do without") { IsTemporary = true };
        List<Cidr> taken = [.. hostNetworks];
        if (IpAddress.TryParse(options.ServiceHost, out var service))
        {
            taken.Add(service.ToCidr());
        }

        var range = PodRange.Of(family, await KubeadmConfigurationAsync(cancellationToken), node.Spec.PodCIDRs, taken);
        if (range is { } found)
        {
            KubernetesLog.PodRangeFound(log, found.ToString());
        }

        return range;
    }

    /// <summary>The configuration that kubeadm left in the cluster; empty where another tool made it, or when it cannot be read.</summary>
    private async Task<string> KubeadmConfigurationAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await api.ReadAsync(KubernetesKinds.ConfigMaps, KubeadmNamespace, KubeadmConfig, cancellationToken))?.Data.GetValueOrDefault("ClusterConfiguration", "") ?? "";
        }
        catch (KubernetesException e)
        {
            KubernetesLog.NoKubeadm(log, e.Message);
            return "";
        }
    }
}
