namespace Calico.Linux.Netlink.Requests;

/// <summary>Adds a route; fails with <see cref="NetlinkException.IsExists"/> if the table has one to the same destination and metric.</summary>
public sealed record AddRoute(Route Route) : RouteRequest(Route)
{
    internal override void Write(ref NetlinkWriter writer, uint sequence) =>
        Write(ref writer, RouteConstants.NewRoute, NetlinkConstants.FlagCreate | NetlinkConstants.FlagExclusive, sequence);

    public override string ToString() => $"add {Describe()}";
}
