namespace Calico.Store.Etcd;

/// <summary>The endpoints in the order in which to try them: the one that worked last comes first.</summary>
internal sealed class EndpointRing
{
    private readonly Uri[] _endpoints;
    private int _preferred;

    public EndpointRing(IReadOnlyList<Uri> endpoints)
    {
        ArgumentOutOfRangeException.ThrowIfZero(endpoints.Count, nameof(endpoints));
        _endpoints = [.. endpoints];
    }

    public Uri Preferred => _endpoints[Volatile.Read(ref _preferred)];

    /// <summary>All endpoints, the preferred one first.</summary>
    public Uri[] InOrder()
    {
        var preferred = Volatile.Read(ref _preferred);
        return [.. _endpoints.AsSpan(preferred), .. _endpoints.AsSpan(0, preferred)];
    }

    /// <summary>Prefers the next endpoint to one that failed; does nothing if another call has left it already.</summary>
    public void Leave(Uri endpoint)
    {
        var preferred = Volatile.Read(ref _preferred);
        if (ReferenceEquals(_endpoints[preferred], endpoint))
        {
            Interlocked.CompareExchange(ref _preferred, (preferred + 1) % _endpoints.Length, preferred);
        }
    }
}
