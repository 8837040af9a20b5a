using Calico.Linux.Netlink;
using Calico.Model.Net;

namespace Calico.Linux.Conntrack;

/// <summary>Asks for all tracked connections of one family.</summary>
internal sealed record DumpEntries(IpFamily Family) : NetlinkRequest
{
    internal override void Write(ref NetlinkWriter writer, uint sequence)
    {
        writer.BeginMessage(ConntrackConstants.GetEntry, NetlinkConstants.FlagRequest | NetlinkConstants.FlagDump, sequence);
        writer.Header(new NetfilterHeader { Family = FamilyNumber(Family) });
        writer.EndMessage();
    }

    public override string ToString() => $"read the tracked connections of {Family}";
}
