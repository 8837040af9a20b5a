namespace Calico.Ipam.Core.Audit;

/// <summary>Which invariant of address management does not hold.</summary>
public enum IpamFindingKind
{
    /// <summary>An object cannot be read, so nothing is known of what it holds.</summary>
    Unreadable,

    /// <summary>An ordinal of a block is neither allocated nor free, or free twice.</summary>
    BlockLosesAddress,

    /// <summary>A handle's count is not what the block says.</summary>
    HandleDiffers,

    /// <summary>A handle without any address.</summary>
    HandleEmpty,

    /// <summary>Addresses are allocated to a handle that does not exist: a DEL would not find them.</summary>
    HandleMissing,

    /// <summary>A node is said to own a block that does not exist.</summary>
    AffinityWithoutBlock,

    /// <summary>A node is said to own a block that is somebody else's, or nobody's.</summary>
    AffinityNotOwner,

    /// <summary>The claim of a block was never completed, so nobody has a route to it.</summary>
    AffinityPending,

    /// <summary>The owner of a block has no affinity, so nobody has a route to it.</summary>
    AffinityMissing,

    /// <summary>An endpoint has an address that is free: it could be given out a second time.</summary>
    EndpointAddressFree,

    /// <summary>An endpoint has an address that is allocated to another container.</summary>
    EndpointAddressTaken,

    /// <summary>Two endpoints have the same address.</summary>
    AddressShared,

    /// <summary>A block lies in no pool: addresses of a pool that was deleted. No fault by itself.</summary>
    OutsidePools,
}
