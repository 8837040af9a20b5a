namespace Calico.Linux.Netlink;

/// <summary>Numbers of linux/netlink.h.</summary>
internal static class NetlinkConstants
{
    internal const int RouteProtocol = 0;
    internal const int NetfilterProtocol = 12;

    internal const int HeaderLength = 16;
    internal const int AttributeHeaderLength = 4;
    internal const ushort NestedFlag = 0x8000;
    internal const ushort AttributeTypeMask = 0x3fff;

    internal const ushort MessageError = 2;
    internal const ushort MessageDone = 3;

    internal const ushort FlagRequest = 0x1;
    internal const ushort FlagAck = 0x4;
    internal const ushort FlagEcho = 0x8;
    internal const ushort FlagDumpInterrupted = 0x10;
    internal const ushort FlagDump = 0x300;
    internal const ushort FlagReplace = 0x100;
    internal const ushort FlagExclusive = 0x200;
    internal const ushort FlagCreate = 0x400;

    /// <summary>On an acknowledgement: the request is not repeated in it.</summary>
    internal const ushort FlagCapped = 0x100;

    /// <summary>On an acknowledgement: attributes follow.</summary>
    internal const ushort FlagAckAttributes = 0x200;

    internal const ushort ErrorText = 1;

    internal const int SocketLevel = 270;
    internal const int OptionAddMembership = 1;
    internal const int OptionDropMembership = 2;
    internal const int OptionCapAck = 10;
    internal const int OptionExtendedAck = 11;
    internal const int OptionStrictCheck = 12;
}
