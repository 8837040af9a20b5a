namespace Calico.Linux.Netlink.Requests;

/// <summary>Asks for a whole table: all devices, addresses or routes.</summary>
/// <param name="Table">RTM_GET*.</param>
/// <param name="Family">AF_*, 0 for all.</param>
internal sealed record DumpTable(ushort Table, int Family) : NetlinkRequest
{
    /// <summary>Only routes of this routing table; 0 for all.</summary>
    public int RoutingTable { get; init; }

    /// <summary>Only what belongs to this device; 0 for all. The kernel filters, so that no large table is copied.</summary>
    public int IfIndex { get; init; }

    internal override void Write(ref NetlinkWriter writer, uint sequence)
    {
        writer.BeginMessage(Table, NetlinkConstants.FlagRequest | NetlinkConstants.FlagDump, sequence);
        switch (Table)
        {
            case RouteConstants.GetLink:
                writer.Header(new LinkHeader { Family = (byte)Family });
                break;
            case RouteConstants.GetAddr:
                writer.Header(new AddressHeader { Family = (byte)Family, Index = IfIndex });
                break;
            default:
                writer.Header(new RouteHeader { Family = (byte)Family });
                AttributeIfSet(ref writer, RouteConstants.RouteTable, RoutingTable);
                AttributeIfSet(ref writer, RouteConstants.RouteOutInterface, IfIndex);
                break;
        }

        writer.EndMessage();
    }

    public override string ToString() => Table switch
    {
        RouteConstants.GetLink => "read the devices",
        RouteConstants.GetAddr => "read the addresses",
        _ => "read the routes",
    };

    private static void AttributeIfSet(ref NetlinkWriter writer, ushort type, int value)
    {
        if (value != 0)
        {
            writer.Attribute(type, value);
        }
    }
}
