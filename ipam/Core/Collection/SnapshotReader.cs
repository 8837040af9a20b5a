using System.Collections.Immutable;
using System.Text.Json;
using Calico.Ipam.Core.Blocks;
using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Json;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Store;

namespace Calico.Ipam.Core.Collection;

/// <summary>Makes a snapshot of what the store holds. Pure; what cannot be read is named and left out.</summary>
internal sealed class SnapshotReader
{
    private readonly ImmutableArray<string>.Builder _problems = ImmutableArray.CreateBuilder<string>();
    private readonly List<AllocationBlock> _blocks = [];
    private readonly Dictionary<string, long> _handleRevisions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IpamHandle> _handles = [];
    private readonly Dictionary<(string, Cidr), string> _affinityStates = [];
    private readonly HashSet<string> _unreadable = [];
    private readonly List<(string Key, Resource<WorkloadEndpointSpec> Endpoint)> _endpoints = [];
    private readonly List<(string, Cidr)> _affinities = [];
    private readonly Dictionary<string, Resource<NodeSpec>> _nodes = [];
    private readonly Dictionary<string, Cidr> _pools = [];
    private readonly Dictionary<(string, string), AddressInquiry> _inquiries = [];

    /// <summary>The prefixes whose keys <see cref="Add"/> understands.</summary>
    public static IReadOnlyList<string> Prefixes { get; } =
    [
        EtcdKeys.Blocks, EtcdKeys.Handles, EtcdKeys.Affinities, EtcdKeys.Inquiries, EtcdKeys.Prefix(ResourceKind.WorkloadEndpoint),
        EtcdKeys.Prefix(ResourceKind.Node), EtcdKeys.Prefix(ResourceKind.IpPool),
    ];

    public void Add(KeyValue keyValue)
    {
        try
        {
            Understand(keyValue.Key, keyValue.Value.Span, keyValue.ModRevision);
        }
        catch (JsonException e)
        {
            _problems.Add($"{keyValue.Key} cannot be read: {e.Message}");
            _unreadable.Add(keyValue.Key);
        }
    }

    public IpamSnapshot Snapshot(long revision) => new(revision)
    {
        Holdings = HoldingsFinder.Find(_blocks, _handleRevisions, _endpoints),
        Blocks = [.. _blocks.Select(Summary)],
        Affinities = [.. _affinities],
        Nodes = _nodes.ToImmutableSortedDictionary(StringComparer.Ordinal),
        Pools = _pools.ToImmutableSortedDictionary(StringComparer.Ordinal),
        Inquiries = _inquiries.ToImmutableDictionary(),
        StoredBlocks = [.. _blocks],
        Handles = _handles.ToImmutableDictionary(),
        AffinityStates = _affinityStates.ToImmutableDictionary(),
        Endpoints = [.. _endpoints],
        Unreadable = [.. _unreadable],
        Problems = _problems.ToImmutable(),
    };

    private void Understand(string key, ReadOnlySpan<byte> value, long revision)
    {
        if (EtcdKeys.TryParseBlock(key, out _))
        {
            var block = ModelJson.Read<AllocationBlock>(value);
            if (block.IsSound())
            {
                _blocks.Add(block);
            }
            else
            {
                _problems.Add($"{key} contradicts itself");
                _unreadable.Add(key);
            }
        }
        else if (EtcdKeys.TryParseHandle(key, out var handle))
        {
            _handleRevisions[handle] = revision;
            _handles[handle] = ModelJson.Read<IpamHandle>(value);
        }
        else if (EtcdKeys.TryParseAffinity(key, out var owner, out var cidr))
        {
            _affinities.Add((owner, cidr));
            _affinityStates[(owner, cidr)] = ModelJson.Read<BlockAffinity>(value).State;
        }
        else if (EtcdKeys.TryParseInquiry(key, out var node, out var subject))
        {
            _inquiries[(node, subject)] = ModelJson.Read<AddressInquiry>(value);
        }
        else if (EtcdKeys.TryParseResource(ResourceKind.WorkloadEndpoint, key, out _, out _))
        {
            _endpoints.Add((key, ModelJson.Read<Resource<WorkloadEndpointSpec>>(value)));
        }
        else if (EtcdKeys.TryParseResource(ResourceKind.Node, key, out _, out var name))
        {
            _nodes[name] = ModelJson.Read<Resource<NodeSpec>>(value);
        }
        else if (EtcdKeys.TryParseResource(ResourceKind.IpPool, key, out _, out var pool)
            && Cidr.TryParse(ModelJson.Read<Resource<IpPoolSpec>>(value).Spec.Cidr, out var range))
        {
            _pools[pool] = range;
        }
    }

    private static BlockSummary Summary(AllocationBlock block)
    {
        var nodes = block.Allocations.OfType<int>().Select(index => block.Attributes[index]).Where(a => a.ReleasedAt is null)
            .Select(a => a.Secondary?.GetValueOrDefault(AllocationAttribute.NodeField) ?? "").GroupBy(node => node)
            .ToImmutableSortedDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        return new BlockSummary(
            block.Cidr, block.OwnerNode(), block.Affinity is not null, block.SequenceNumber, block.AffinityClaimTime,
            nodes.Values.Sum(), BlockAllocator.IsEmpty(block), nodes);
    }
}
