namespace Calico.Linux.Netlink.Requests;

/// <summary>Sets how long the device waits before it answers ARP for others (<c>net.ipv4.neigh.DEVICE.proxy_delay</c>), in milliseconds.</summary>
public sealed record SetProxyDelay(int IfIndex, int Milliseconds) : NetlinkRequest
{
    private const string ArpTable = "arp_cache";

    internal override void Write(ref NetlinkWriter writer, uint sequence)
    {
        writer.BeginMessage(RouteConstants.SetNeighbourTable, NetlinkConstants.FlagRequest | NetlinkConstants.FlagAck, sequence);
        writer.Header(new GenericHeader { Family = Interop.Libc.AddressFamilyInet });
        writer.Attribute(RouteConstants.NeighbourTableName, ArpTable);
        var parameters = writer.BeginNested(RouteConstants.NeighbourTableParameters);
        writer.Attribute(RouteConstants.NeighbourParameterIfIndex, IfIndex);
        writer.Attribute(RouteConstants.NeighbourParameterProxyDelay, (ulong)Milliseconds);
        writer.EndNested(parameters);
        writer.EndMessage();
    }

    public override string ToString() => $"set the ARP proxy delay of the device with index {IfIndex}";
}
