namespace Calico.Linux.Netlink.Requests;

/// <summary>Adds a route or takes the place of the one to the same destination and metric, with no moment in between.</summary>
public sealed record ReplaceRoute(Route Route) : RouteRequest(Route)
{
    internal override void Write(ref NetlinkWriter writer, uint sequence) =>
        Write(ref writer, RouteConstants.NewRoute, NetlinkConstants.FlagCreate | NetlinkConstants.FlagReplace, sequence);

    public override string ToString() => $"replace {Describe()}";
}
