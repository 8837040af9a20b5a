namespace Calico.Linux.Netlink.Requests;

/// <summary>What creation and deletion of a route share: the same message with another type.</summary>
public abstract record RouteRequest(Route Route) : NetlinkRequest
{
    private protected void Write(ref NetlinkWriter writer, ushort type, ushort flags, uint sequence)
    {
        writer.BeginMessage(type, (ushort)(NetlinkConstants.FlagRequest | NetlinkConstants.FlagAck | flags), sequence);
        writer.Header(new RouteHeader
        {
            Family = FamilyNumber(Route.Destination.Family),
            DestinationLength = (byte)Route.Destination.PrefixLength,
            Table = Route.Table <= byte.MaxValue ? (byte)Route.Table : (byte)0,
            Protocol = (byte)Route.Protocol,
            Scope = (byte)Route.Scope,
            Type = (byte)Route.Type,
        });
        if (!Route.IsDefault)
        {
            writer.Attribute(RouteConstants.RouteDestination, Route.Destination.Address);
        }

        if (Route.Gateway is { } gateway)
        {
            writer.Attribute(RouteConstants.RouteGateway, gateway);
        }

        if (Route.PreferredSource is { } source)
        {
            writer.Attribute(RouteConstants.RoutePreferredSource, source);
        }

        AttributeIfSet(ref writer, RouteConstants.RouteOutInterface, Route.OutIfIndex);
        AttributeIfSet(ref writer, RouteConstants.RoutePriority, Route.Priority);
        AttributeIfSet(ref writer, RouteConstants.RouteTable, Route.Table);
        writer.EndMessage();
    }

    private protected string Describe()
    {
        var gateway = Route.Gateway is { } address ? $" via {address}" : "";
        var device = Route.OutIfIndex == 0 ? "" : $" on the device with index {Route.OutIfIndex}";
        return $"route {Route.Destination}{gateway}{device}";
    }

    private static void AttributeIfSet(ref NetlinkWriter writer, ushort type, int value)
    {
        if (value != 0)
        {
            writer.Attribute(type, value);
        }
    }
}
