using Calico.Model.Net;

namespace Calico.Linux.Netlink.Requests;

/// <summary>Asks which route the kernel would take to an address.</summary>
internal sealed record GetRoute(IpAddress Destination) : NetlinkRequest
{
    internal override void Write(ref NetlinkWriter writer, uint sequence)
    {
        writer.BeginMessage(RouteConstants.GetRoute, NetlinkConstants.FlagRequest | NetlinkConstants.FlagAck, sequence);
        writer.Header(new RouteHeader { Family = FamilyNumber(Destination.Family), DestinationLength = (byte)Destination.Family.Bits() });
        writer.Attribute(RouteConstants.RouteDestination, Destination);
        writer.EndMessage();
    }

    public override string ToString() => $"find the route to {Destination}";
}
