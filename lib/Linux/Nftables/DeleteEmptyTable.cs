using System.Buffers.Binary;
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
    internal override void Write(ref NetlinkWriter writer, uint sequence)
    {
        Mark(ref writer, NftConstants.BatchBegin, sequence);
        foreach (var chain in Chains)
        {
            writer.BeginMessage(NftConstants.DeleteChain, NetlinkConstants.FlagRequest | NftConstants.FlagNotRecursive, sequence);
            writer.Header(new NetfilterHeader { Family = FamilyNumber(Family) });
            writer.Attribute(NftConstants.ChainTable, Table);
            writer.Attribute(NftConstants.ChainName, chain);
            writer.EndMessage();
        }

        writer.BeginMessage(NftConstants.DeleteTable, NetlinkConstants.FlagRequest | NetlinkConstants.FlagAck | NftConstants.FlagNotRecursive, sequence);
        writer.Header(new NetfilterHeader { Family = FamilyNumber(Family) });
        writer.Attribute(NftConstants.TableName, Table);
        writer.EndMessage();
        Mark(ref writer, NftConstants.BatchEnd, sequence);
    }

    public override string ToString() => $"delete empty nftables table {Table} ({Family})";

    private static void Mark(ref NetlinkWriter writer, ushort type, uint sequence)
    {
        writer.BeginMessage(type, NetlinkConstants.FlagRequest, sequence);
        writer.Header(new NetfilterHeader { Resource = BinaryPrimitives.ReverseEndianness(NftConstants.Subsystem) });
        writer.EndMessage();
    }
}
