using Calico.Linux.Netlink;

namespace Calico.Linux.Nftables;

/// <summary>Asks for the number of the last commit in this network namespace.</summary>
internal sealed record GetGeneration : NetlinkRequest
{
    internal override void Write(ref NetlinkWriter writer, uint sequence)
    {
        writer.BeginMessage(NftConstants.GetGeneration, NetlinkConstants.FlagRequest | NetlinkConstants.FlagAck, sequence);
        writer.Header(default(NetfilterHeader));
        writer.EndMessage();
    }

    public override string ToString() => "read the generation of nftables";
}
