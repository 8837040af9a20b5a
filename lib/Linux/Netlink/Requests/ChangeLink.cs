using Calico.Model.Net;

namespace Calico.Linux.Netlink.Requests;

/// <summary>Changes properties of an existing device; what is null stays.</summary>
public sealed record ChangeLink(int IfIndex) : NetlinkRequest
{
    public bool? Up { get; init; }

    public int? Mtu { get; init; }

    public MacAddress? Mac { get; init; }

    /// <summary>At most <see cref="Link.MaxAliasLength"/> octets.</summary>
    public string? Alias { get; init; }

    /// <summary>IPv4 settings of the device, those of <c>/proc/sys/net/ipv4/conf/DEVICE</c>.</summary>
    public IReadOnlyList<(DeviceSetting Setting, int Value)> Settings { get; init; } = [];

    internal override void Write(ref NetlinkWriter writer, uint sequence)
    {
        writer.BeginMessage(RouteConstants.SetLink, NetlinkConstants.FlagRequest | NetlinkConstants.FlagAck, sequence);
        writer.Header(new LinkHeader
        {
            Index = IfIndex,
            Flags = Up == true ? RouteConstants.InterfaceUp : 0,
            Change = Up is null ? 0 : RouteConstants.InterfaceUp,
        });
        if (Mac is { } mac)
        {
            writer.Attribute(RouteConstants.LinkAddress, mac);
        }

        if (Mtu is { } mtu)
        {
            writer.Attribute(RouteConstants.LinkMtu, (uint)mtu);
        }

        if (Alias is { } alias)
        {
            writer.Attribute(RouteConstants.LinkAlias, alias);
        }

        WriteSettings(ref writer);
        writer.EndMessage();
    }

    public override string ToString() => $"change the device with index {IfIndex}";

    private void WriteSettings(ref NetlinkWriter writer)
    {
        if (Settings.Count == 0)
        {
            return;
        }

        var families = writer.BeginNested(RouteConstants.LinkAfSpec);
        var inet = writer.BeginNested(Interop.Libc.AddressFamilyInet);
        var conf = writer.BeginNested(RouteConstants.InetConf);
        foreach (var (setting, value) in Settings)
        {
            writer.Attribute((ushort)setting, value);
        }

        writer.EndNested(conf);
        writer.EndNested(inet);
        writer.EndNested(families);
    }
}
