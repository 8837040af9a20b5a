using Calico.Model.Net;

namespace Calico.Linux.Netlink.Requests;

/// <summary>
/// Creates a veth pair, the host end here and up, the peer straight in another namespace, in one message. The peer stays down: the
/// kernel opens a veth only when both ends exist. The reply carries both ends' indexes.
/// </summary>
/// <param name="HostName">At most <see cref="Link.MaxNameLength"/> characters.</param>
/// <param name="Mtu">Of both ends, in octets.</param>
public sealed record CreateVeth(string HostName, MacAddress HostMac, NetNamespace PeerNamespace, string PeerName, MacAddress PeerMac, int Mtu)
    : NetlinkRequest
{
    internal override void Write(ref NetlinkWriter writer, uint sequence)
    {
        const ushort Flags = NetlinkConstants.FlagRequest | NetlinkConstants.FlagAck | NetlinkConstants.FlagEcho
            | NetlinkConstants.FlagCreate | NetlinkConstants.FlagExclusive;
        writer.BeginMessage(RouteConstants.NewLink, Flags, sequence);
        writer.Header(new LinkHeader { Flags = RouteConstants.InterfaceUp, Change = RouteConstants.InterfaceUp });
        WriteEnd(ref writer, HostName, HostMac);
        var info = writer.BeginNested(RouteConstants.LinkInfo);
        writer.Attribute(RouteConstants.LinkInfoKind, Link.Veth);
        var data = writer.BeginNested(RouteConstants.LinkInfoData);
        var peer = writer.BeginNested(RouteConstants.VethPeer);
        writer.Header(default(LinkHeader));
        WriteEnd(ref writer, PeerName, PeerMac);
        writer.Attribute(RouteConstants.LinkNetNsFd, PeerNamespace.Descriptor);
        writer.EndNested(peer);
        writer.EndNested(data);
        writer.EndNested(info);
        writer.EndMessage();
    }

    public override string ToString() => $"create veth {HostName} with peer {PeerName} in {PeerNamespace}";

    // One queue each: the default is one per possible CPU, which only costs memory and time.
    private void WriteEnd(ref NetlinkWriter writer, string name, MacAddress mac)
    {
        writer.Attribute(RouteConstants.LinkName, name);
        writer.Attribute(RouteConstants.LinkAddress, mac);
        writer.Attribute(RouteConstants.LinkMtu, (uint)Mtu);
        writer.Attribute(RouteConstants.LinkTxQueues, 1u);
        writer.Attribute(RouteConstants.LinkRxQueues, 1u);
    }
}
