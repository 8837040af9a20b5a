using Calico.Linux.Netlink;

namespace Calico.Linux.Conntrack;

/// <summary>Deletes one tracked connection, and only it: a later one with the same tuples has another number.</summary>
internal sealed record DeleteEntry(ConntrackEntry Entry) : NetlinkRequest
{
    internal override void Write(ref NetlinkWriter writer, uint sequence)
    {
        writer.BeginMessage(ConntrackConstants.DeleteEntry, NetlinkConstants.FlagRequest | NetlinkConstants.FlagAck, sequence);
        writer.Header(new NetfilterHeader { Family = FamilyNumber(Entry.Family) });
        ConntrackMessages.WriteTuple(ref writer, Entry.Original);
        writer.AttributeBigEndian(ConntrackConstants.Id, Entry.Id);
        if (Entry.Zone != 0)
        {
            writer.AttributeBigEndian(ConntrackConstants.Zone, Entry.Zone);
        }

        writer.EndMessage();
    }

    public override string ToString() => $"delete the tracked connection {Entry.Original}";
}
