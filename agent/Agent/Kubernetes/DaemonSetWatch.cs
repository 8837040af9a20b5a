using Calico.Model.Kubernetes;
using Calico.Store.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Kubernetes;

/// <summary>Keeps an eye on one daemon set: when our own is deleted, the end that we are told next is for good.</summary>
internal sealed class DaemonSetWatch(IKubernetesApi api, string ns, string name, ILogger log, TimeProvider time)
{
    private static readonly TimeSpan LookDeadline = TimeSpan.FromSeconds(3);
    private volatile bool _wasThere;
    private volatile bool _isThere;

    /// <summary>As the watch told it last.</summary>
    public DaemonSetSight Sight => (_wasThere, _isThere) switch
    {
        (false, _) => DaemonSetSight.Unknown,
        (_, true) => DaemonSetSight.Present,
        _ => DaemonSetSight.Gone,
    };

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var follower = new KubernetesFollower<DaemonSet>(api, KubernetesKinds.DaemonSets, ListQuery.Single(ns, name), log, time);
        await foreach (var change in follower.RunAsync(cancellationToken))
        {
            switch (change)
            {
                case KubernetesChange<DaemonSet>.Set set:
                    See(set.Resource);
                    break;
                case KubernetesChange<DaemonSet>.Removed:
                    See(null);
                    break;
            }
        }
    }

    /// <summary>Looks again, at once; what the watch told if that fails.</summary>
    public async Task<DaemonSetSight> LookAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(LookDeadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            See(await api.ReadAsync(KubernetesKinds.DaemonSets, ns, name, either.Token));
        }
        catch (Exception e) when (e is KubernetesException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Perhaps the very rights to look went with it.
            KubernetesLog.DaemonSetNotRead(log, name, Sight, e.Message);
        }

        return Sight;
    }

    private void See(DaemonSet? found)
    {
        _isThere = found is { Metadata.DeletionTimestamp: null };
        _wasThere |= _isThere;
    }
}
