using Calico.Controller.Queue;

namespace Calico.Controller.Reconciling;

/// <summary>
/// Keeps one kind of thing as it should be. It names what may differ by keys, whose meaning is its own; <see cref="ReconcilerHost"/> brings
/// them back one by one, never the same twice at a time, and again with growing pauses while one fails.
/// </summary>
internal interface IReconciler
{
    /// <summary>As in ENABLED_CONTROLLERS, in metrics and in the log.</summary>
    string Name { get; }

    /// <summary>Everything it follows has been told once: from here on it may delete.</summary>
    bool IsInSync { get; }

    /// <summary>Follows what it depends on, and adds each key that something changed for. Runs until cancelled, through all trouble.</summary>
    Task FollowAsync(WorkQueue queue, CancellationToken cancellationToken);

    /// <summary>Looks at everything and adds each key that differs: every few minutes, for what the events did not tell. Not called before it is in sync.</summary>
    Task AuditAsync(WorkQueue queue, CancellationToken cancellationToken);

    /// <summary>Brings what the key names to what it should be. What it throws is logged with the key, which is tried again later.</summary>
    Task ReconcileAsync(string key, CancellationToken cancellationToken);
}
