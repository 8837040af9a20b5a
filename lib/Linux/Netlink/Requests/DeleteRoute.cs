namespace Calico.Linux.Netlink.Requests;

public sealed record DeleteRoute(Route Route) : RouteRequest(Route)
{
    internal override void Write(ref NetlinkWriter writer, uint sequence) => Write(ref writer, RouteConstants.DelRoute, 0, sequence);

    public override string ToString() => $"delete {Describe()}";
}
