namespace Calico.Linux.Netlink.Requests;

/// <summary>Asks for the number by which this namespace knows another one.</summary>
internal sealed record GetNamespaceId(NetNamespace Namespace) : NetlinkRequest
{
    internal override void Write(ref NetlinkWriter writer, uint sequence)
    {
        writer.BeginMessage(RouteConstants.GetNsId, NetlinkConstants.FlagRequest | NetlinkConstants.FlagAck, sequence);
        writer.Header(default(GenericHeader));
        writer.Attribute(RouteConstants.NsIdFd, Namespace.Descriptor);
        writer.EndMessage();
    }

    public override string ToString() => $"read the number of {Namespace}";
}
