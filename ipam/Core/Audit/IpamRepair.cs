using System.Collections.Immutable;
using Calico.Model;
using Calico.Model.Net;

namespace Calico.Ipam.Core.Audit;

/// <summary>
/// A way to put something right. It says what is to be looked at, not what is to be written: that is decided on a fresh read, in one transaction that
/// compares everything it rests on. None of them frees an address that somebody holds.
/// </summary>
public abstract record IpamRepair
{
    /// <summary>What must be read before it can be decided.</summary>
    internal abstract ImmutableArray<string> Keys { get; }

    /// <summary>The node it is about; empty for none.</summary>
    internal virtual string Node => "";

    /// <summary>Makes the handle say what the blocks say.</summary>
    /// <param name="Blocks">The blocks that it, or an address of it, is in.</param>
    public sealed record Handle(string HandleId, ImmutableArray<Cidr> Blocks) : IpamRepair
    {
        internal override ImmutableArray<string> Keys => [EtcdKeys.Handle(HandleId), .. Blocks.Select(EtcdKeys.Block)];
    }

    /// <summary>Makes the list of free addresses of a block complete.</summary>
    public sealed record FreeList(Cidr Block) : IpamRepair
    {
        internal override ImmutableArray<string> Keys => [EtcdKeys.Block(Block)];
    }

    /// <summary>Makes the node's affinity say what the block says.</summary>
    public sealed record Affinity(string Owner, Cidr Block) : IpamRepair
    {
        internal override ImmutableArray<string> Keys => [EtcdKeys.Block(Block), EtcdKeys.Affinity(Owner, Block)];

        internal override string Node => Owner;
    }

    /// <summary>Allocates a free address to the container whose endpoint has it.</summary>
    public sealed record EndpointAddress(string EndpointKey, IpAddress Address, Cidr Block, string HandleId) : IpamRepair
    {
        internal override ImmutableArray<string> Keys => [EndpointKey, EtcdKeys.Block(Block), EtcdKeys.Handle(HandleId)];
    }
}
