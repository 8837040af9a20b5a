namespace Calico.Linux.Netlink.Requests;

/// <summary>Deletes a device; of a veth both ends. Takes one kernel grace period, about 20 ms.</summary>
public sealed record DeleteLink(int IfIndex) : NetlinkRequest
{
    internal override void Write(ref NetlinkWriter writer, uint sequence)
    {
        writer.BeginMessage(RouteConstants.DelLink, NetlinkConstants.FlagRequest | NetlinkConstants.FlagAck, sequence);
        writer.Header(new LinkHeader { Index = IfIndex });
        writer.EndMessage();
    }

    public override string ToString() => $"delete the device with index {IfIndex}";
}
