using System.Security.Cryptography;
using Calico.Agent.Options;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Agent.Startup;

/// <summary>The pool that a cluster without one gets. Pure, but for the random IPv6 range.</summary>
internal static class DefaultPool
{
    private static readonly Cidr Usual = Cidr.Parse("192.168.0.0/16");

    public static string NameOf(IpFamily family) => family == IpFamily.IPv4 ? "default-ipv4-ippool" : "default-ipv6-ippool";

    /// <param name="hostNetworks">Ranges that the host is connected to: a pool inside them would cut it off.</param>
    /// <exception cref="StartupException">Every usual range is taken.</exception>
    public static IpPoolSpec Spec(PoolOptions options, IReadOnlyList<Cidr> hostNetworks) => new()
    {
        Cidr = (options.Cidr ?? Pick(options.Family, hostNetworks)).ToString(),
        BlockSize = options.BlockSize,
        IpipMode = options.IpipMode ?? "Never",
        VxlanMode = options.VxlanMode,
        NatOutgoing = options.NatOutgoing,
        NodeSelector = options.NodeSelector,
        DisableBgpExport = options.DisableBgpExport ? true : null,
        AllowedUses = ["Workload", "Tunnel"],
    };

    private static Cidr Pick(IpFamily family, IReadOnlyList<Cidr> hostNetworks)
    {
        if (family == IpFamily.IPv6)
        {
            return UniqueLocal();
        }

        foreach (var candidate in Enumerable.Range(16, 16).Select(second => Cidr.Parse($"172.{second}.0.0/16")).Prepend(Usual))
        {
            if (!hostNetworks.Any(candidate.Overlaps))
            {
                return candidate;
            }
        }

        throw new StartupException("192.168.0.0/16 and 172.16.0.0/16 to 172.31.0.0/16 all overlap networks of this host: set CALICO_IPV4POOL_CIDR");
    }

    /// <summary>RFC 4193: fd00::/8 and 40 random bits make a /48.</summary>
    private static Cidr UniqueLocal()
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes[0] = 0xfd;
        RandomNumberGenerator.Fill(bytes[1..6]);
        return new Cidr(IpAddress.FromBytes(bytes), 48);
    }
}
