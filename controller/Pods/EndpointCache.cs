using Calico.Store;

namespace Calico.Controller.Pods;

/// <summary>The endpoints in etcd, by the pods that they are of. Not safe for concurrent callers.</summary>
internal sealed class EndpointCache
{
    private readonly Dictionary<string, (string Pod, KeyValue Value)> _endpoints = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<string>> _keysOfPod = new(StringComparer.Ordinal);

    public IEnumerable<string> Pods => _keysOfPod.Keys;

    public IReadOnlyList<KeyValue> Of(string pod) => _keysOfPod.TryGetValue(pod, out var keys) ? [.. keys.Select(key => _endpoints[key].Value)] : [];

    /// <returns>The pod that the endpoint is of; null when it is of none of Kubernetes.</returns>
    public string? Set(KeyValue keyValue)
    {
        if (_endpoints.TryGetValue(keyValue.Key, out var known) && known.Value.ModRevision > keyValue.ModRevision)
        {
            return known.Pod;
        }

        Remove(keyValue.Key);
        if (PodPlan.PodOf(keyValue) is not { } pod)
        {
            return null;
        }

        _endpoints[keyValue.Key] = (pod, keyValue);
        if (!_keysOfPod.TryGetValue(pod, out var keys))
        {
            _keysOfPod[pod] = keys = new SortedSet<string>(StringComparer.Ordinal);
        }

        keys.Add(keyValue.Key);
        return pod;
    }

    public void Remove(string key)
    {
        if (!_endpoints.Remove(key, out var known))
        {
            return;
        }

        var keys = _keysOfPod[known.Pod];
        keys.Remove(key);
        if (keys.Count == 0)
        {
            _keysOfPod.Remove(known.Pod);
        }
    }

    /// <summary>Takes over a list of all endpoints; what is known from after it stays.</summary>
    public void Replace(RangeResult list)
    {
        var listed = list.KeyValues.Select(keyValue => keyValue.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _endpoints.Where(known => known.Value.Value.ModRevision <= list.Revision && !listed.Contains(known.Key)).Select(known => known.Key).ToList())
        {
            Remove(gone);
        }

        foreach (var keyValue in list.KeyValues)
        {
            Set(keyValue);
        }
    }
}
