using System.Buffers.Binary;
using Calico.Linux.Conntrack;
using Calico.Linux.Netlink;
using Calico.Model.Net;

namespace Calico.Linux.Nftables;

/// <summary>
/// Removes an nftables table and its chains in one transaction, if nothing is in them: a rule, a set or a chain that is not named makes
/// the kernel refuse the whole (EBUSY).
/// </summary>
/// <param name="Chains">All chains of the table.</param>
internal sealed record DeleteEmptyTable(IpFamily Family, string Table, IReadOnlyCollection<string> Chains) : NetlinkRequest
{
    // linux/netfilter/nfnetlink.h, nf_tables.h
    private const ushort BatchBegin = 0x10;
    private const ushort BatchEnd = 0x11;
    private const ushort NftSubsystem = 10;
    private const ushort DeleteTable = (NftSubsystem << 8) | 2;
    private const ushort DeleteChain = (NftSubsystem << 8) | 5;
    private const ushort TableName = 1;
    internal const ushort ChainTable = 1;
    internal const ushort ChainName = 3;

    // On a deletion: not with what is in it.
    private const ushort FlagNotRecursive = 0x100;

    internal override void Write(ref NetlinkWriter writer, uint sequence)
    {
        Mark(ref writer, BatchBegin, sequence);
        foreach (var chain in Chains)
        {
            writer.BeginMessage(DeleteChain, NetlinkConstants.FlagRequest | FlagNotRecursive, sequence);
            writer.Header(new NetfilterHeader { Family = FamilyNumber(Family) });
            writer.Attribute(ChainTable, Table);
            writer.Attribute(ChainName, chain);
            writer.EndMessage();
        }

        writer.BeginMessage(DeleteTable, NetlinkConstants.FlagRequest | NetlinkConstants.FlagAck | FlagNotRecursive, sequence);
        writer.Header(new NetfilterHeader { Family = FamilyNumber(Family) });
        writer.Attribute(TableName, Table);
        writer.EndMessage();
        Mark(ref writer, BatchEnd, sequence);
    }

    public override string ToString() => $"delete empty nftables table {Table} ({Family})";

    private static void Mark(ref NetlinkWriter writer, ushort type, uint sequence)
    {
        writer.BeginMessage(type, NetlinkConstants.FlagRequest, sequence);
        writer.Header(new NetfilterHeader { Resource = BinaryPrimitives.ReverseEndianness(NftSubsystem) });
        writer.EndMessage();
    }
}
