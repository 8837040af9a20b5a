namespace Calico.Linux.Netlink.Requests;

/// <summary>Asks for one device, by index, or by name if the index is 0.</summary>
internal sealed record GetLink(int IfIndex, string Name = "") : NetlinkRequest
{
    internal override void Write(ref NetlinkWriter writer, uint sequence)
    {
        writer.BeginMessage(RouteConstants.GetLink, NetlinkConstants.FlagRequest | NetlinkConstants.FlagAck, sequence);
        writer.Header(new LinkHeader { Index = IfIndex });
        if (IfIndex == 0)
        {
            writer.Attribute(RouteConstants.LinkName, Name);
        }

        writer.EndMessage();
    }

    public override string ToString() => IfIndex == 0 ? $"read device {Name}" : $"read the device with index {IfIndex}";
}
