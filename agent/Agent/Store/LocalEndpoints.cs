using System.Text.Json;
using Calico.Model;
using Calico.Model.Json;
using Calico.Model.Resources;

namespace Calico.Agent.Store;

/// <summary>The host ends of the pods that the datastore places on this node. Not thread-safe.</summary>
internal sealed class LocalEndpoints(string nodeName)
{
    private readonly string _keyPrefix = EtcdKeys.Prefix(ResourceKind.WorkloadEndpoint);

    // Endpoints are named NODE-ORCH-...; a key that does not begin so is not parsed, which saves the work for all other nodes' pods.
    private readonly string _namePrefix = nodeName.Replace("-", "--", StringComparison.Ordinal) + "-";
    private readonly Dictionary<string, Resource<WorkloadEndpointSpec>> _endpoints = [];

    public int Count => _endpoints.Count;

    public bool HasInterface(string name) => _endpoints.Values.Any(endpoint => endpoint.Spec.InterfaceName == name);

    /// <summary>Null when there is none under this key, or none of this node.</summary>
    public Resource<WorkloadEndpointSpec>? Find(string key) => _endpoints.GetValueOrDefault(key);

    public void Set(string key, ReadOnlySpan<byte> value)
    {
        if (!IsLocal(key))
        {
            return;
        }

        try
        {
            var endpoint = ModelJson.Read<Resource<WorkloadEndpointSpec>>(value);
            if (endpoint.Spec.Node == nodeName && endpoint.Spec.InterfaceName is not null)
            {
                _endpoints[key] = endpoint;
            }
        }
        catch (JsonException)
        {
            // Unreadable, so its device is unknown: the sweep, which only takes devices that are down, cannot hurt a living pod.
            _endpoints.Remove(key);
        }
    }

    public void Remove(string key) => _endpoints.Remove(key);

    private bool IsLocal(string key)
    {
        if (!key.StartsWith(_keyPrefix, StringComparison.Ordinal))
        {
            return false;
        }

        var name = key.AsSpan(key.LastIndexOf('/') + 1);
        return name.StartsWith(_namePrefix, StringComparison.Ordinal);
    }
}
