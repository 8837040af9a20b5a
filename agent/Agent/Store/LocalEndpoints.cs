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
    private readonly Dictionary<string, string> _interfaces = [];

    public int Count => _interfaces.Count;

    public bool HasInterface(string name) => _interfaces.ContainsValue(name);

    public void Set(string key, ReadOnlySpan<byte> value)
    {
        if (!IsLocal(key))
        {
            return;
        }

        try
        {
            var spec = ModelJson.Read<Resource<WorkloadEndpointSpec>>(value).Spec;
            if (spec.Node == nodeName && spec.InterfaceName is { } name)
            {
                _interfaces[key] = name;
            }
        }
        catch (JsonException)
        {
            // Unreadable, so its device is unknown: the sweep, which only takes devices that are down, cannot hurt a living pod.
            _interfaces.Remove(key);
        }
    }

    public void Remove(string key) => _interfaces.Remove(key);

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
