using Calico.Model.Net;

namespace Calico.Agent.Calc.Messages;

/// <summary>
/// What an IP set holds: a net, or an address or net with a protocol and a port. Packed into 24 bytes, because a node of a large cluster holds
/// millions of them.
/// </summary>
public readonly record struct IpSetMember
{
    private readonly ulong _high;
    private readonly ulong _low;
    private readonly ushort _port;
    private readonly byte _prefixLength;
    private readonly byte _protocol;
    private readonly bool _isIPv6;

    public IpSetMember(Cidr net)
    {
        _high = (ulong)(net.Address.Value >> 64);
        _low = (ulong)net.Address.Value;
        _prefixLength = (byte)net.PrefixLength;
        _isIPv6 = net.Family == IpFamily.IPv6;
    }

    /// <param name="protocol">The number in the IP header, not 0.</param>
    public IpSetMember(IpAddress address, int protocol, int port)
        : this(address.ToCidr(), protocol, port)
    {
    }

    /// <inheritdoc cref="IpSetMember(IpAddress, int, int)"/>
    public IpSetMember(Cidr net, int protocol, int port)
        : this(net)
    {
        _protocol = checked((byte)protocol);
        _port = checked((ushort)port);
    }

    public IpFamily Family => _isIPv6 ? IpFamily.IPv6 : IpFamily.IPv4;

    public Cidr Net => new(new IpAddress(Family, new UInt128(_high, _low)), _prefixLength);

    /// <summary>0 in a set of nets.</summary>
    public int Protocol => _protocol;

    public int Port => _port;

    public override int GetHashCode() => HashCode.Combine(_high, _low, (_prefixLength << 24) | (_protocol << 16) | _port);

    public override string ToString() => _protocol == 0 ? Net.ToString() : $"{(Net.IsSingleAddress ? Net.Address : Net)},{_protocol}:{_port}";
}
