using System.Runtime.InteropServices;
using Calico.Model.Net;

namespace Calico.Linux.Netlink;

/// <summary>Reads the kernel's messages into records. Pure: octets in, record out.</summary>
internal static class RouteMessages
{
    internal static Link ReadLink(ReadOnlySpan<byte> payload)
    {
        var header = Read<LinkHeader>(payload, out var attributes);
        var link = new Link(header.Index, "", default, 0, (header.Flags & RouteConstants.InterfaceUp) != 0)
        {
            IsRunning = (header.Flags & RouteConstants.InterfaceRunning) != 0,
        };
        while (attributes.MoveNext())
        {
            link = attributes.Type switch
            {
                RouteConstants.LinkName => link with { Name = attributes.Text },
                RouteConstants.LinkAddress when attributes.Value.Length == 6 => link with { Mac = new MacAddress(attributes.Value) },
                RouteConstants.LinkMtu => link with { Mtu = attributes.Int32 },
                RouteConstants.LinkPeer => link with { PeerIndex = attributes.Int32 },
                RouteConstants.LinkMaster => link with { MasterIndex = attributes.Int32 },
                RouteConstants.LinkAlias => link with { Alias = attributes.Text },
                RouteConstants.LinkNetNsId => link with { PeerNamespaceId = attributes.Int32 },
                RouteConstants.LinkInfo => link with { Kind = ReadKind(attributes.Value) },
                _ => link,
            };
        }

        return link;
    }

    internal static LinkAddress? ReadAddress(ReadOnlySpan<byte> payload)
    {
        var header = Read<AddressHeader>(payload, out var attributes);
        IpAddress? local = null, address = null;
        uint flags = header.Flags;
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                // On a point-to-point device IFA_ADDRESS is the other end's; IFA_LOCAL is always ours.
                case RouteConstants.AddressLocal:
                    local = attributes.IpAddress;
                    break;
                case RouteConstants.AddressAddress:
                    address = attributes.IpAddress;
                    break;
                case RouteConstants.AddressFlags:
                    flags = attributes.UInt32;
                    break;
            }
        }

        return (local ?? address) is { } own
            ? new LinkAddress(header.Index, new InterfaceAddress(own, header.PrefixLength), (RouteScope)header.Scope, flags)
            : null;
    }

    /// <summary>Null for families other than IPv4 and IPv6.</summary>
    internal static Route? ReadRoute(ReadOnlySpan<byte> payload)
    {
        var header = Read<RouteHeader>(payload, out var attributes);
        var family = FamilyOf(header.Family);
        if (family is null)
        {
            return null;
        }

        var destination = new IpAddress(family.Value, 0);
        var route = new Route(default, Scope: (RouteScope)header.Scope, Type: (RouteType)header.Type, Protocol: header.Protocol, Table: header.Table);
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case RouteConstants.RouteDestination:
                    destination = attributes.IpAddress;
                    break;
                case RouteConstants.RouteGateway:
                    route = route with { Gateway = attributes.IpAddress };
                    break;
                case RouteConstants.RoutePreferredSource:
                    route = route with { PreferredSource = attributes.IpAddress };
                    break;
                case RouteConstants.RouteOutInterface:
                    route = route with { OutIfIndex = attributes.Int32 };
                    break;
                case RouteConstants.RoutePriority:
                    route = route with { Priority = attributes.Int32 };
                    break;
                case RouteConstants.RouteTable:
                    route = route with { Table = attributes.Int32 };
                    break;
            }
        }

        return route with { Destination = new Cidr(destination, header.DestinationLength) };
    }

    /// <summary>The namespace's number, or null if it has none yet.</summary>
    internal static int? ReadNamespaceId(ReadOnlySpan<byte> payload)
    {
        _ = Read<GenericHeader>(payload, out var attributes);
        while (attributes.MoveNext())
        {
            if (attributes.Type == RouteConstants.NsIdNumber)
            {
                return attributes.Int32 < 0 ? null : attributes.Int32;
            }
        }

        return null;
    }

    private static string ReadKind(ReadOnlySpan<byte> linkInfo)
    {
        var attributes = new AttributeReader(linkInfo);
        while (attributes.MoveNext())
        {
            if (attributes.Type == RouteConstants.LinkInfoKind)
            {
                return attributes.Text;
            }
        }

        return "";
    }

    private static IpFamily? FamilyOf(byte number) => number switch
    {
        Interop.Libc.AddressFamilyInet => IpFamily.IPv4,
        Interop.Libc.AddressFamilyInet6 => IpFamily.IPv6,
        _ => null,
    };

    private static T Read<T>(ReadOnlySpan<byte> payload, out AttributeReader attributes)
        where T : unmanaged
    {
        var size = System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        if (payload.Length < size)
        {
            throw new InvalidDataException($"a netlink message of {payload.Length} octets lacks its header of {size}");
        }

        attributes = new AttributeReader(payload[((size + 3) & ~3)..]);
        return MemoryMarshal.Read<T>(payload);
    }
}
