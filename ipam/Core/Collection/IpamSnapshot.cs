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

    /// <summary>Objects that cannot be read, each a sentence with its key. Nothing is concluded from them.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];
}
