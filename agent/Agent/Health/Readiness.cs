using Calico.Agent.Routing;

namespace Calico.Agent.Health;

/// <summary>Whether the node can take pods. At first every session must be up, or a grace have passed; later one is enough.</summary>
/// <param name="hasPolicy">What the datastore held at the start is in the kernel, or is not to be.</param>
internal sealed class Readiness(Func<bool> isInSync, Func<bool> hasPolicy, BirdSupervisor? bird, TimeProvider time)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);
    private readonly long _begun = time.GetTimestamp();
    private bool _wasReady;

    /// <summary>Null when ready.</summary>
    public string? WhyNot()
    {
        var reason = Reason();
        _wasReady |= reason is null;
        return reason;
    }

    /// <summary>What keeps a pod from getting its network here; null when nothing does. Sessions with other nodes are not asked about.</summary>
    public string? WhyNoPods() =>
        !isInSync() ? "not yet in sync with etcd"
        : !hasPolicy() ? "policy is not in the kernel yet; calico-agent status says why"
        : bird is { IsRunning: false } ? "BIRD does not run"
        : null;

    private string? Reason()
    {
        if (WhyNoPods() is { } reason)
        {
            return reason;
        }

        var sessions = bird?.Sessions ?? [];
        var up = sessions.Count(session => session.IsEstablished);
        var needed = _wasReady || time.GetElapsedTime(_begun) > Grace ? Math.Min(1, sessions.Count) : sessions.Count;
        return up >= needed ? null : $"{up} of {sessions.Count} BGP sessions are up";
    }
}
