namespace Calico.Linux.Netlink;

/// <summary>What <see cref="MulticastSocket.Receive"/> found.</summary>
internal enum Received
{
    /// <summary>Nothing more is there.</summary>
    Nothing,

    Datagram,

    /// <summary>Messages were lost: more came than the kernel keeps, or a longer one than the buffer took, which has grown.</summary>
    Lost,
}
