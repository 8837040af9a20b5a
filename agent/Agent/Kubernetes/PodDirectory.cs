using Calico.Ipam.Core;
using Calico.Ipam.Delegate;
using Calico.Model.Kubernetes;
using Calico.Store.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Kubernetes;

/// <summary>
/// Follows this node's pods and all namespaces, so that it knows a pod before the runtime asks for its network. A pod that it does not know, or knows
/// under another UID, is read once. What it knows stays while the API is away.
/// </summary>
internal sealed class PodDirectory(IKubernetesApi api, string node, ILogger log, TimeProvider time) : IPodDirectory
{
    private readonly PodReader _reader = new(api, time);
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Namespace, string Name), PodFacts> _pods = [];
    private readonly Dictionary<string, NamespaceFacts> _namespaces = [];

    /// <summary>How many pods and namespaces are known.</summary>
    public (int Pods, int Namespaces) Count
    {
        get
        {
            lock (_lock)
            {
                return (_pods.Count, _namespaces.Count);
            }
        }
    }

    /// <summary>Follows until it is cancelled, or until one of both fails.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAny(FollowPodsAsync(cancellationToken), FollowNamespacesAsync(cancellationToken)).Unwrap();

    public async Task<PodMetadata> FindAsync(PodReference pod, CancellationToken cancellationToken)
    {
        PodFacts? facts;
        NamespaceFacts? itsNamespace;
        lock (_lock)
        {
            facts = _pods.GetValueOrDefault((pod.Namespace, pod.Name)) is { } known && known.IsOf(pod) ? known : null;
            itsNamespace = _namespaces.GetValueOrDefault(pod.Namespace);
        }

        switch (facts, itsNamespace)
        {
            case (not null, not null):
                return facts.In(itsNamespace);
            case (null, null):
                return await _reader.FindAsync(pod, cancellationToken);
            default:
                facts ??= await _reader.PodAsync(pod, cancellationToken);
                return facts.In(itsNamespace ?? await _reader.NamespaceAsync(pod, cancellationToken));
        }
    }

    private async Task FollowPodsAsync(CancellationToken cancellationToken)
    {
        var follower = new KubernetesFollower<Pod>(api, KubernetesKinds.Pods, ListQuery.PodsOfNode(node), log, time);
        await foreach (var change in follower.RunAsync(cancellationToken))
        {
            lock (_lock)
            {
                switch (change)
                {
                    // Pods of the host's network have no ADD, and those that ended will have none.
                    case KubernetesChange<Pod>.Set { Resource: { Spec.HostNetwork: false, Status.IsFinished: false } pod }:
                        _pods[(pod.Metadata.Namespace, pod.Metadata.Name)] = PodFacts.Of(pod);
                        break;
                    case KubernetesChange<Pod>.Set { Resource.Metadata: var ended }:
                        _pods.Remove((ended.Namespace, ended.Name));
                        break;
                    case KubernetesChange<Pod>.Removed removed:
                        _pods.Remove((removed.Namespace, removed.Name));
                        break;
                }
            }

            if (change is KubernetesChange<Pod>.InSync)
            {
                KubernetesLog.PodsInSync(log, Count.Pods);
            }
        }
    }

    private async Task FollowNamespacesAsync(CancellationToken cancellationToken)
    {
        var follower = new KubernetesFollower<Namespace>(api, KubernetesKinds.Namespaces, ListQuery.All, log, time);
        await foreach (var change in follower.RunAsync(cancellationToken))
        {
            lock (_lock)
            {
                switch (change)
                {
                    case KubernetesChange<Namespace>.Set { Resource: var resource }:
                        _namespaces[resource.Metadata.Name] = NamespaceFacts.Of(resource);
                        break;
                    case KubernetesChange<Namespace>.Removed removed:
                        _namespaces.Remove(removed.Name);
                        break;
                }
            }
        }
    }
}
