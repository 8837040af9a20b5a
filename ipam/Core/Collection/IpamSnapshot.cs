using System.Collections.Immutable;
using Calico.Model.Ipam;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Ipam.Core.Collection;

/// <summary>Everything address management has in the store, at one revision.</summary>
public sealed record IpamSnapshot(long Revision)
{
    public ImmutableArray<Holding> Holdings { get; init; } = [];

    public ImmutableArray<BlockSummary> Blocks { get; init; } = [];

    /// <summary>Every affinity's node and block.</summary>
    public ImmutableArray<(string Node, Cidr Block)> Affinities { get; init; } = [];

    /// <summary>Calico's nodes by name.</summary>
    public ImmutableSortedDictionary<string, Resource<NodeSpec>> Nodes { get; init; } = ImmutableSortedDictionary<string, Resource<NodeSpec>>.Empty;

    /// <summary>Pools by name; those whose range cannot be read are missing.</summary>
    public ImmutableSortedDictionary<string, Cidr> Pools { get; init; } = ImmutableSortedDictionary<string, Cidr>.Empty;

    /// <summary>Questions to nodes, by node and subject.</summary>
    public ImmutableDictionary<(string Node, string Subject), AddressInquiry> Inquiries { get; init; } = ImmutableDictionary<(string, string), AddressInquiry>.Empty;

    /// <summary>The blocks as they are stored; those that contradict themselves are missing.</summary>
    public ImmutableArray<AllocationBlock> StoredBlocks { get; init; } = [];

    /// <summary>The handles as they are stored, by ID.</summary>
    public ImmutableDictionary<string, IpamHandle> Handles { get; init; } = ImmutableDictionary<string, IpamHandle>.Empty;

    /// <summary>The state of every affinity.</summary>
    public ImmutableDictionary<(string Node, Cidr Block), string> AffinityStates { get; init; } = ImmutableDictionary<(string, Cidr), string>.Empty;

    public ImmutableArray<(string Key, Resource<WorkloadEndpointSpec> Endpoint)> Endpoints { get; init; } = [];

    /// <summary>The keys of the objects that cannot be read.</summary>
    public ImmutableHashSet<string> Unreadable { get; init; } = [];

    /// <summary>Objects that cannot be read, each a sentence with its key. Nothing is concluded from them.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];
}
