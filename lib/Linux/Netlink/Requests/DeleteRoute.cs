namespace Calico.Linux.Netlink.Requests;

/// <summary>Deletes the route that agrees in destination, table, device, type, scope, protocol and metric.</summary>
public sealed record DeleteRoute(Route Route) : RouteRequest(Route)
{
    internal override void Write(ref NetlinkWriter writer, uint sequence) => Write(ref writer, RouteConstants.DelRoute, 0, sequence);

    public override string ToString() => $"delete {Describe()}";
}
