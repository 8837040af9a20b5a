using Calico.Linux.Conntrack;
using Calico.Linux.Netlink;
using Calico.Model.Net;

namespace Calico.Linux.Nftables;

/// <summary>Asks for all chains of one family.</summary>
internal sealed record DumpChains(IpFamily Family) : NetlinkRequest
{
    private const ushort GetChain = (10 << 8) | 4; // nf_tables.h

    internal override void Write(ref NetlinkWriter writer, uint sequence)
    {
        writer.BeginMessage(GetChain, NetlinkConstants.FlagRequest | NetlinkConstants.FlagDump, sequence);
        writer.Header(new NetfilterHeader { Family = FamilyNumber(Family) });
        writer.EndMessage();
    }

    public override string ToString() => $"list the nftables chains ({Family})";
}
