using Calico.Model.Net;

namespace Calico.Linux.Conntrack;

/// <summary>A tracked connection of the kernel (linux/netfilter/nfnetlink_conntrack.h).</summary>
/// <param name="Original">As the first packet came: before any address translation.</param>
/// <param name="Reply">As answers come: its source is where packets go after destination translation.</param>
/// <param name="Id">The kernel's number, which tells an entry from a later one with the same tuples.</param>
public readonly record struct ConntrackEntry(ConntrackTuple Original, ConntrackTuple Reply, uint Id)
{
    private const uint ExpectedBit = 1;

    /// <summary>IPS_* bits.</summary>
    public uint Status { get; init; }

    public uint Mark { get; init; }

    public ushort Zone { get; init; }

    public IpFamily Family => Original.Source.Family;

    /// <summary>A helper expected it because of another connection, such as the data of FTP.</summary>
    public bool IsExpected => (Status & ExpectedBit) != 0;
}
