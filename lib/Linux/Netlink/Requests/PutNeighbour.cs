using Calico.Model.Net;

namespace Calico.Linux.Netlink.Requests;

/// <summary>Puts a permanent neighbour entry, so that no ARP or NDP is needed to reach <paramref name="Address"/>.</summary>
public sealed record PutNeighbour(int IfIndex, IpAddress Address, MacAddress Mac) : NetlinkRequest
{
    private const ushort Permanent = 0x80;

    internal override void Write(ref NetlinkWriter writer, uint sequence)
    {
        const ushort Flags = NetlinkConstants.FlagRequest | NetlinkConstants.FlagAck | NetlinkConstants.FlagCreate | NetlinkConstants.FlagReplace;
        writer.BeginMessage(RouteConstants.NewNeigh, Flags, sequence);
        writer.Header(new NeighbourHeader { Family = FamilyNumber(Address.Family), Index = IfIndex, State = Permanent });
        writer.Attribute(RouteConstants.NeighbourDestination, Address);
        writer.Attribute(RouteConstants.NeighbourLinkAddress, Mac);
        writer.EndMessage();
    }

    public override string ToString() => $"put neighbour {Address} at {Mac} on the device with index {IfIndex}";
}
