using Calico.Linux.Netlink;
using Calico.Model.Net;

namespace Calico.Linux.Nftables;

/// <summary>Asks for all chains of one family.</summary>
internal sealed record DumpChains(IpFamily Family) : NetlinkRequest
{
    internal override void Write(ref NetlinkWriter writer, uint sequence)
    {
        writer.BeginMessage(NftConstants.GetChain, NetlinkConstants.FlagRequest | NetlinkConstants.FlagDump, sequence);
        writer.Header(new NetfilterHeader { Family = FamilyNumber(Family) });
        writer.EndMessage();
    }

    public override string ToString() => $"list the nftables chains ({Family})";
}
