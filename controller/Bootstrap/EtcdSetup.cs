using System.Threading.Channels;
using Calico.Model.Kubernetes;
using Calico.Store.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Calico.Controller.Bootstrap;

/// <summary>Keeps etcd's members, certificates and configuration as they should be: at the start, when its DaemonSet comes or goes, and from time to time.</summary>
internal sealed class EtcdSetup(IKubernetesApi api, string ns, ILogger log, TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private readonly BootstrapReconciler _reconciler = new(api, ns, log, time);

    // Holds the last word on whether the DaemonSet is there.
    private readonly Channel<bool> _installed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Reconciling.Ending.FirstOfAsync([WatchAsync(running.Token), WorkAsync(running.Token)], running);
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        KubernetesFollower<DaemonSet> follower = new(api, KubernetesKinds.DaemonSets, ListQuery.Single(ns, EtcdNames.Etcd), log, time);
        var isThere = false;
        await foreach (var change in follower.RunAsync(cancellationToken))
        {
            switch (change)
            {
                case KubernetesChange<DaemonSet>.Set set:
                    isThere = set.Resource.Metadata.DeletionTimestamp is null;
                    break;
                case KubernetesChange<DaemonSet>.Removed:
                    BootstrapLog.Deleted(log, EtcdNames.Etcd, EtcdNames.MemberLabel);
                    isThere = false;
                    break;
            }

            _installed.Writer.TryWrite(isThere);
        }
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        var isInstalled = await _installed.Reader.ReadAsync(cancellationToken);
        var wasComplete = false;
        while (true)
        {
            var isComplete = await TryAsync(isInstalled, cancellationToken);
            if (isComplete && !wasComplete)
            {
                BootstrapLog.Complete(log);
            }

            wasComplete = isComplete;
            isInstalled = await NextAsync(isInstalled, isComplete ? Period : Pause, cancellationToken);
        }
    }

    /// <returns>Whether there was nothing to write.</returns>
    private async Task<bool> TryAsync(bool isInstalled, CancellationToken cancellationToken)
    {
        try
        {
            return await _reconciler.RunAsync(isInstalled, cancellationToken) == 0;
        }
        catch (Exception e) when (e is KubernetesException or BootstrapException)
        {
            BootstrapLog.Failed(log, Pause.TotalSeconds, e.Message);
            return false;
        }
    }

    private async Task<bool> NextAsync(bool isInstalled, TimeSpan pause, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(pause, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await _installed.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return isInstalled;
        }
    }
}
