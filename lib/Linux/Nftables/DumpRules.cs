using Calico.Linux.Netlink;
using Calico.Model.Net;

namespace Calico.Linux.Nftables;

/// <summary>Asks for the rules of one chain, in their order; of one that does not exist there are none.</summary>
internal sealed record DumpRules(IpFamily Family, string Table, string Chain) : NetlinkRequest
{
    internal override void Write(ref NetlinkWriter writer, uint sequence)
    {
        writer.BeginMessage(NftConstants.GetRule, NetlinkConstants.FlagRequest | NetlinkConstants.FlagDump, sequence);
        writer.Header(new NetfilterHeader { Family = FamilyNumber(Family) });
        writer.Attribute(NftConstants.RuleTable, Table);
        writer.Attribute(NftConstants.RuleChain, Chain);
        writer.EndMessage();
    }

    public override string ToString() => $"list the rules of chain {Chain} of nftables table {Table} ({Family})";
}
