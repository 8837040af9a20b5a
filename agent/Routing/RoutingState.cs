using System.Text.Json;
using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Json;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Agent.Routing;

/// <summary>Collects what routing needs from keys and values of the datastore. The sole mutable holder; not thread-safe.</summary>
public sealed class RoutingState(string nodeName)
{
    private readonly SortedDictionary<string, Resource<NodeSpec>> _nodes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Resource<IpPoolSpec>> _pools = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Resource<BgpPeerSpec>> _peers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Resource<BgpConfigurationSpec>> _configurations = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Resource<BgpFilterSpec>> _filters = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Cidr> _blocks = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, RoutingProblem> _problems = new(StringComparer.Ordinal);

    /// <summary>Takes a key's new value. False when the key does not concern routing.</summary>
    public bool Set(string key, ReadOnlySpan<byte> value)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.StartsWith(EtcdKeys.Affinities, StringComparison.Ordinal)
            ? SetAffinity(key, value)
            : Set(_nodes, ResourceKind.Node, key, value)
              || Set(_pools, ResourceKind.IpPool, key, value)
              || Set(_peers, ResourceKind.BgpPeer, key, value)
              || Set(_configurations, ResourceKind.BgpConfiguration, key, value)
              || Set(_filters, ResourceKind.BgpFilter, key, value);
    }

    /// <summary>Forgets a key. False when it was not known.</summary>
    public bool Remove(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var wasProblem = _problems.Remove(key);
        return _blocks.Remove(key) || _nodes.Remove(key) || _pools.Remove(key) || _peers.Remove(key)
               || _configurations.Remove(key) || _filters.Remove(key) || wasProblem;
    }

    /// <summary>The state as a value that later changes do not touch.</summary>
    public RoutingModel Snapshot() => new()
    {
        NodeName = nodeName,
        Nodes = [.. _nodes.Values],
        Pools = [.. _pools.Values],
        Peers = [.. _peers.Values],
        Configurations = [.. _configurations.Values],
        Filters = [.. _filters.Values],
        Blocks = [.. _blocks.Values.Order()],
        Problems = [.. _problems.Values],
    };

    private bool SetAffinity(string key, ReadOnlySpan<byte> value)
    {
        if (!EtcdKeys.TryParseAffinity(key, out var owner, out var block) || owner != nodeName)
        {
            return false;
        }

        if (Read<BlockAffinity>(key, $"affinity of block {block}", value) is { State: BlockAffinity.Confirmed, Deleted: false })
        {
            _blocks[key] = block;
        }
        else
        {
            _blocks.Remove(key);
        }

        return true;
    }

    private bool Set<TSpec>(SortedDictionary<string, Resource<TSpec>> target, ResourceKind kind, string key, ReadOnlySpan<byte> value)
        where TSpec : class, new()
    {
        if (!EtcdKeys.TryParseResource(kind, key, out _, out var name))
        {
            return false;
        }

        if (Read<Resource<TSpec>>(key, $"{kind} {name}", value) is { } resource)
        {
            target[key] = resource;
        }
        else
        {
            // Fails closed: the value before this one is no longer what the datastore says.
            target.Remove(key);
        }

        return true;
    }

    private T? Read<T>(string key, string subject, ReadOnlySpan<byte> value)
        where T : class
    {
        try
        {
            var result = ModelJson.Read<T>(value);
            _problems.Remove(key);
            return result;
        }
        catch (JsonException e)
        {
            _problems[key] = new RoutingProblem(subject, $"is left out, its JSON cannot be read: {e.Message}");
            return null;
        }
    }
}
