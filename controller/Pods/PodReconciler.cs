using Calico.Controller.Mirroring;
using Calico.Controller.Queue;
using Calico.Controller.Reconciling;
using Calico.Model;
using Calico.Model.Kubernetes;
using Calico.Model.Resources;
using Calico.Store;
using Calico.Store.Kubernetes;
using Calico.Store.Sync;
using Microsoft.Extensions.Logging;

namespace Calico.Controller.Pods;

/// <summary>Brings what changes of a pod while it runs, its labels above all, into its endpoints. Its keys are the pods' names.</summary>
internal sealed class PodReconciler(ControllerContext context) : IReconciler
{
    private const int Tries = 5;
    private static readonly string Prefix = EtcdKeys.Prefix(ResourceKind.WorkloadEndpoint);
    private readonly ILogger _log = context.Logs.CreateLogger("workloadendpoint");
    private readonly Lock _lock = new();
    private readonly Dictionary<string, PodFacts> _pods = new(StringComparer.Ordinal);
    private readonly EndpointCache _endpoints = new();
    private bool _kubernetesInSync;
    private bool _storeInSync;

    public static ReconcilerKind Kind { get; } = new("workloadendpoint", "labels, ports and service accounts of pods that run", context => new PodReconciler(context));

    public string Name => Kind.Name;

    public bool IsInSync
    {
        get
        {
            lock (_lock)
            {
                return _kubernetesInSync && _storeInSync;
            }
        }
    }

    public async Task FollowAsync(WorkQueue queue, CancellationToken cancellationToken) =>
        await await Task.WhenAny(FollowKubernetesAsync(queue, cancellationToken), FollowStoreAsync(queue, cancellationToken));

    public async Task AuditAsync(WorkQueue queue, CancellationToken cancellationToken)
    {
        var list = await context.Store.RangeAsync(RangeRequest.Prefix(Prefix), cancellationToken);
        lock (_lock)
        {
            _endpoints.Replace(list);
        }

        AddAll(queue);
    }

    public async Task ReconcileAsync(string key, CancellationToken cancellationToken)
    {
        PodFacts? pod;
        IReadOnlyList<KeyValue> endpoints;
        lock (_lock)
        {
            pod = _kubernetesInSync && _storeInSync ? _pods.GetValueOrDefault(key) : null;
            endpoints = _endpoints.Of(key);
        }

        if (pod is null)
        {
            return;
        }

        var containers = PodPlan.Containers(pod, endpoints);
        foreach (var endpoint in endpoints)
        {
            await WriteAsync(pod, containers, endpoint, cancellationToken);
        }
    }

    private async Task WriteAsync(PodFacts pod, IReadOnlySet<string> containers, KeyValue endpoint, CancellationToken cancellationToken)
    {
        KeyValue? stored = endpoint;
        for (var i = 0; i < Tries; i++)
        {
            // Deleted meanwhile, or by now of another pod of this name: nothing to say of it.
            if (stored is null || PodPlan.Plan(pod, containers, stored) is not { } write)
            {
                return;
            }

            var result = await context.Store.TxnAsync(write.ToTransaction(), cancellationToken);
            if (result.Succeeded)
            {
                MirrorLog.Written(_log, write);
                return;
            }

            stored = result.Gets[0].Single;
        }

        throw new StoreException($"{endpoint.Key} changed {Tries} times while it was to be written");
    }

    private async Task FollowKubernetesAsync(WorkQueue queue, CancellationToken cancellationToken)
    {
        var follower = new KubernetesFollower<Pod>(context.Api, KubernetesKinds.Pods, ListQuery.All, _log, context.Time);
        await foreach (var change in follower.RunAsync(cancellationToken))
        {
            switch (change)
            {
                case KubernetesChange<Pod>.Set set:
                    Learn(set.Resource, queue);
                    break;
                case KubernetesChange<Pod>.Removed removed:
                    lock (_lock)
                    {
                        _pods.Remove($"{removed.Namespace}/{removed.Name}");
                    }

                    break;
                default:
                    lock (_lock)
                    {
                        _kubernetesInSync = true;
                    }

                    AddAll(queue);
                    break;
            }
        }
    }

    /// <summary>Pods change often, and mostly in what no endpoint has.</summary>
    private void Learn(Pod pod, WorkQueue queue)
    {
        var key = pod.Metadata.ToString();
        var facts = PodFacts.Of(pod);
        lock (_lock)
        {
            if (facts is null)
            {
                _pods.Remove(key);
                return;
            }

            if (_pods.TryGetValue(key, out var known) && known == facts)
            {
                return;
            }

            _pods[key] = facts;
        }

        queue.Add(key);
    }

    private async Task FollowStoreAsync(WorkQueue queue, CancellationToken cancellationToken)
    {
        await foreach (var change in new Syncer(context.Store, Prefix, _log, context.Time).RunAsync(cancellationToken))
        {
            string? changed = null;
            lock (_lock)
            {
                switch (change)
                {
                    case StoreEvent.Set set:
                        changed = _endpoints.Set(set.KeyValue);
                        break;
                    case StoreEvent.Removed removed:
                        _endpoints.Remove(removed.Key);
                        break;
                    default:
                        _storeInSync = true;
                        break;
                }
            }

            if (changed is not null)
            {
                queue.Add(changed);
            }
            else if (change is StoreEvent.InSync)
            {
                AddAll(queue);
            }
        }
    }

    private void AddAll(WorkQueue queue)
    {
        List<string> all;
        lock (_lock)
        {
            all = _kubernetesInSync && _storeInSync ? [.. _endpoints.Pods.Where(_pods.ContainsKey)] : [];
        }

        all.ForEach(queue.Add);
    }
}
