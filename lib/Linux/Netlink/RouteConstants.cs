namespace Calico.Linux.Netlink;

/// <summary>Numbers of linux/rtnetlink.h, linux/if_link.h, linux/if_addr.h, linux/neighbour.h and linux/net_namespace.h.</summary>
internal static class RouteConstants
{
    internal const ushort NewLink = 16;
    internal const ushort DelLink = 17;
    internal const ushort GetLink = 18;
    internal const ushort SetLink = 19;
    internal const ushort NewAddr = 20;
    internal const ushort DelAddr = 21;
    internal const ushort GetAddr = 22;
    internal const ushort NewRoute = 24;
    internal const ushort DelRoute = 25;
    internal const ushort GetRoute = 26;
    internal const ushort NewNeigh = 28;
    internal const ushort SetNeighbourTable = 67;
    internal const ushort GetNsId = 90;

    internal const ushort LinkAddress = 1;
    internal const ushort LinkName = 3;
    internal const ushort LinkMtu = 4;
    internal const ushort LinkPeer = 5;
    internal const ushort LinkMaster = 10;
    internal const ushort LinkInfo = 18;
    internal const ushort LinkAlias = 20;
    internal const ushort LinkAfSpec = 26;
    internal const ushort LinkNetNsFd = 28;
    internal const ushort LinkTxQueues = 31;
    internal const ushort LinkRxQueues = 32;
    internal const ushort LinkNetNsId = 37;
    internal const ushort LinkInfoKind = 1;
    internal const ushort LinkInfoData = 2;
    internal const ushort VethPeer = 1;
    internal const ushort InetConf = 1;
    internal const uint InterfaceUp = 1;
    internal const uint InterfaceRunning = 0x40;

    internal const ushort AddressAddress = 1;
    internal const ushort AddressLocal = 2;
    internal const ushort AddressFlags = 8;
    internal const uint AddressNoDad = 2;

    internal const ushort RouteDestination = 1;
    internal const ushort RouteOutInterface = 4;
    internal const ushort RouteGateway = 5;
    internal const ushort RoutePriority = 6;
    internal const ushort RoutePreferredSource = 7;
    internal const ushort RouteTable = 15;

    internal const ushort NeighbourDestination = 1;
    internal const ushort NeighbourLinkAddress = 2;

    internal const ushort NeighbourTableName = 1;
    internal const ushort NeighbourTableParameters = 6;
    internal const ushort NeighbourParameterIfIndex = 1;
    internal const ushort NeighbourParameterProxyDelay = 13;

    internal const ushort NsIdNumber = 1;
    internal const ushort NsIdFd = 3;

    internal const int AllFamilies = 0;

    /// <summary>RTMGRP_*: bits of the groups that a monitor joins.</summary>
    internal const uint LinkGroup = 0x1;
    internal const uint AddressGroup4 = 0x10;
    internal const uint RouteGroup4 = 0x40;
    internal const uint AddressGroup6 = 0x100;
    internal const uint RouteGroup6 = 0x400;
}
