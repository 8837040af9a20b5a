using Calico.Model.Net;

namespace Calico.Linux.Netlink.Requests;

/// <summary>Puts an address on a device, or renews it. An IPv6 address is usable at once: no duplicate address detection.</summary>
public sealed record PutAddress(int IfIndex, InterfaceAddress Address) : NetlinkRequest
{
    internal override void Write(ref NetlinkWriter writer, uint sequence)
    {
        const ushort Flags = NetlinkConstants.FlagRequest | NetlinkConstants.FlagAck | NetlinkConstants.FlagCreate | NetlinkConstants.FlagReplace;
        writer.BeginMessage(RouteConstants.NewAddr, Flags, sequence);
        writer.Header(new AddressHeader
        {
            Family = FamilyNumber(Address.Family),
            PrefixLength = (byte)Address.PrefixLength,
            Index = IfIndex,
        });
        writer.Attribute(RouteConstants.AddressLocal, Address.Address);
        writer.Attribute(RouteConstants.AddressAddress, Address.Address);
        if (Address.Family == IpFamily.IPv6)
        {
            writer.Attribute(RouteConstants.AddressFlags, RouteConstants.AddressNoDad);
        }

        writer.EndMessage();
    }

    public override string ToString() => $"put address {Address} on the device with index {IfIndex}";
}
