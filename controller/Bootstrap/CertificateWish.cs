using System.Net;

namespace Calico.Controller.Bootstrap;

/// <summary>What a certificate must say.</summary>
/// <param name="IsServer">It is shown to clients too, at these names and addresses.</param>
internal sealed record CertificateWish(string CommonName, bool IsServer, IReadOnlyList<string> Names, IReadOnlyList<IPAddress> Addresses)
{
    public static CertificateWish Client { get; } = new("calico", IsServer: false, [], []);

    /// <summary>One for all members, so that a Secret serves them all.</summary>
    public static CertificateWish Server(string ns, IEnumerable<IPAddress> clusterAddresses, IEnumerable<EtcdMember> members) => new(
        EtcdNames.Etcd,
        IsServer: true,
        ["localhost", EtcdNames.Etcd, $"{EtcdNames.Etcd}.{ns}", $"{EtcdNames.Etcd}.{ns}.svc", $"{EtcdNames.Etcd}.{ns}.svc.cluster.local"],
        [IPAddress.Loopback, IPAddress.IPv6Loopback, .. clusterAddresses, .. members.SelectMany(member => member.Addresses)]);

    public static CertificateWish Peer(IEnumerable<EtcdMember> members) =>
        new(EtcdNames.PeerCommonName, IsServer: true, [], [.. members.SelectMany(member => member.Addresses)]);
}
