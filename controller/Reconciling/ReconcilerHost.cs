using Calico.Controller.Metrics;
using Calico.Controller.Queue;
using Calico.Store;
using Calico.Store.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Calico.Controller.Reconciling;

/// <summary>Runs one reconciler: its followers, its workers and its audits, from when this replica leads until it does not.</summary>
internal sealed class ReconcilerHost(IReconciler reconciler, TimeSpan period, ControllerMetrics metrics, ILogger log, TimeProvider time)
{
    private const int Workers = 8;

    /// <summary>Longer than the deadlines of the calls a key may need, so that theirs speak first.</summary>
    private static readonly TimeSpan KeyDeadline = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SyncLook = TimeSpan.FromSeconds(1);

    public IReconciler Reconciler => reconciler;

    public WorkQueue Queue { get; } = new(time);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task> parts = [reconciler.FollowAsync(Queue, running.Token), AuditAsync(running.Token)];
        parts.AddRange(Enumerable.Range(0, Workers).Select(_ => WorkAsync(running.Token)));
        await Ending.FirstOfAsync(parts, running);
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var key = await Queue.TakeAsync(cancellationToken);
            var begun = time.GetTimestamp();
            var isDone = await TryAsync(key, cancellationToken);
            metrics.Reconciled(reconciler.Name, isDone, time.GetElapsedTime(begun));
        }
    }

    private async Task<bool> TryAsync(string key, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(KeyDeadline, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            await reconciler.ReconcileAsync(key, both.Token);
            Queue.Done(key);
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            // Whatever it is, it is this key's trouble and not that of the others.
            var isOutage = e is StoreException { IsUnavailable: true } or KubernetesException { IsUnavailable: true };
            var pause = Queue.Failed(key, isOutage);
            var message = e is OperationCanceledException ? $"not done after {KeyDeadline.TotalSeconds} s" : e.Message;
            ControllerLog.KeyFailed(log, isOutage ? LogLevel.Debug : LogLevel.Warning, reconciler.Name, key, pause.TotalSeconds, message);
            return false;
        }
    }

    private async Task AuditAsync(CancellationToken cancellationToken)
    {
        while (!reconciler.IsInSync)
        {
            await Task.Delay(SyncLook, time, cancellationToken);
        }

        while (true)
        {
            try
            {
                await reconciler.AuditAsync(Queue, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                ControllerLog.AuditFailed(log, reconciler.Name, period.TotalSeconds, e.Message);
            }

            await Task.Delay(period, time, cancellationToken);
        }
    }
}
