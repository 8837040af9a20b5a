using System.Text.Json;
using Calico.Model;
using Calico.Model.Json;
using Calico.Model.Policy;
using Calico.Model.Resources;

namespace Calico.Agent.Calc.Input;

/// <summary>Reads keys and values of the datastore. Never throws for what is stored.</summary>
public static class StoreUpdateReader
{
    /// <summary>In bytes: what an etcd takes in one request unless it is told otherwise. A longer value is not read.</summary>
    public const int MaxValueLength = 1_572_864;

    private delegate StoreUpdate ReadValue(ResourceId id, ReadOnlySpan<byte> value);

    // The kinds the graph knows, the most frequent first.
    private static readonly (ResourceKind Kind, ReadValue Read)[] Kinds =
    [
        (ResourceKind.WorkloadEndpoint, Read<WorkloadEndpointSpec>),
        (ResourceKind.NetworkPolicy, ReadPolicy<NetworkPolicySpec>),
        (ResourceKind.Profile, Read<ProfileSpec>),
        (ResourceKind.NetworkSet, Read<NetworkSetSpec>),
        (ResourceKind.HostEndpoint, Read<HostEndpointSpec>),
        (ResourceKind.Node, Read<NodeSpec>),
        (ResourceKind.GlobalNetworkPolicy, ReadPolicy<GlobalNetworkPolicySpec>),
        (ResourceKind.GlobalNetworkSet, Read<NetworkSetSpec>),
        (ResourceKind.Tier, Read<TierSpec>),
        (ResourceKind.IpPool, Read<IpPoolSpec>),
    ];

    /// <summary>The key's new value; null for a key the graph has no use for.</summary>
    public static StoreUpdate? Updated(string key, ReadOnlySpan<byte> value) =>
        TryParse(key, out var id, out var read) ? read!(id, value) : null;

    /// <summary>The key is gone; null for a key the graph has no use for.</summary>
    public static StoreUpdate? Deleted(string key) => TryParse(key, out var id, out _) ? new ResourceDeleted(id) : null;

    private static bool TryParse(string key, out ResourceId id, out ReadValue? read)
    {
        ArgumentNullException.ThrowIfNull(key);
        foreach (var (kind, reader) in Kinds)
        {
            if (EtcdKeys.TryParseResource(kind, key, out var @namespace, out var name))
            {
                (id, read) = (new ResourceId(kind, @namespace, name), reader);
                return true;
            }
        }

        (id, read) = (default, null);
        return false;
    }

    private static StoreUpdate Read<TSpec>(ResourceId id, ReadOnlySpan<byte> value)
        where TSpec : class, new()
    {
        if (value.Length > MaxValueLength)
        {
            return new ResourceUnreadable(id, $"its value has {value.Length} bytes; at most {MaxValueLength} are read");
        }

        try
        {
            return OfResource(id, ModelJson.Read<Resource<TSpec>>(value));
        }
        catch (JsonException e)
        {
            return new ResourceUnreadable(id, $"its JSON cannot be read: {e.Message}");
        }
    }

    // A rule that has not the form of a rule must not cost the knowledge of what the policy selects.
    private static StoreUpdate ReadPolicy<TSpec>(ResourceId id, ReadOnlySpan<byte> value)
        where TSpec : class, new()
    {
        var update = Read<TSpec>(id, value);
        if (update is not ResourceUnreadable || value.Length > MaxValueLength)
        {
            return update;
        }

        try
        {
            return OfResource(id, ModelJson.Read<Resource<TSpec>>(PolicyRepair.WithoutWrongRules(value)));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second is what an escape of half a character is to those who copy it.
            return update;
        }
    }

    // A JSON null gets past what the types promise.
    private static StoreUpdate OfResource<TSpec>(ResourceId id, Resource<TSpec> resource)
        where TSpec : class, new() => resource is { Metadata: not null, Spec: not null }
            ? new ResourceUpdated<TSpec>(id, resource)
            : new ResourceUnreadable(id, "its metadata or its spec is null");
}
