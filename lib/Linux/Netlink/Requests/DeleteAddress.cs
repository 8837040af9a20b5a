using Calico.Model.Net;

namespace Calico.Linux.Netlink.Requests;

public sealed record DeleteAddress(int IfIndex, InterfaceAddress Address) : NetlinkRequest
{
    internal override void Write(ref NetlinkWriter writer, uint sequence)
    {
        writer.BeginMessage(RouteConstants.DelAddr, NetlinkConstants.FlagRequest | NetlinkConstants.FlagAck, sequence);
        writer.Header(new AddressHeader
        {
            Family = FamilyNumber(Address.Family),
            PrefixLength = (byte)Address.PrefixLength,
            Index = IfIndex,
        });
        writer.Attribute(RouteConstants.AddressLocal, Address.Address);
        writer.EndMessage();
    }

    public override string ToString() => $"remove address {Address} from the device with index {IfIndex}";
}
