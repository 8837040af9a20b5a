using System.Collections.Immutable;
using Calico.Ipam.Core.Blocks;
using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Net;

namespace Calico.Ipam.Core.Transactions;

/// <summary>What a holder has already, by its handle and the blocks the handle names.</summary>
internal static class HeldAddresses
{
    /// <summary>Null when a block must be read first.</summary>
    public static ImmutableArray<IpAddress>? Of(Draft draft, PlanContext context, AddressHolder holder)
    {
        if (Blocks(draft, holder.HandleId) is not { } blocks)
        {
            return null;
        }

        var addresses = ImmutableArray.CreateBuilder<IpAddress>();
        foreach (var cidr in blocks)
        {
            draft.RelyOn(EtcdKeys.Block(cidr));
            if (BlockDrafts.Peek(draft, cidr, context) is { } block)
            {
                addresses.AddRange(BlockAllocator.AddressesOf(block, holder.Holds));
            }
        }

        addresses.Sort();
        return addresses.ToImmutable();
    }

    /// <summary>The blocks that a handle names; null when one of them must be read first.</summary>
    public static IReadOnlyList<Cidr>? Blocks(Draft draft, string handleId)
    {
        var blocks = new List<Cidr>();
        foreach (var text in draft.Read<IpamHandle>(EtcdKeys.Handle(handleId))?.Block.Keys ?? Enumerable.Empty<string>())
        {
            if (!Cidr.TryParse(text, out var cidr))
            {
                throw new IpamException(IpamFailure.Unreadable, $"the handle {EtcdKeys.Handle(handleId)} names '{text}', which is not a block");
            }

            blocks.Add(cidr);
        }

        // Every key is asked for before giving up, so that one read brings them all.
        return blocks.Count(cidr => draft.Knows(EtcdKeys.Block(cidr))) == blocks.Count ? blocks : null;
    }

    public static IpAddress? FirstOrNull(this IEnumerable<IpAddress> addresses, Func<IpAddress, bool> matches)
    {
        foreach (var address in addresses)
        {
            if (matches(address))
            {
                return address;
            }
        }

        return null;
    }
}
