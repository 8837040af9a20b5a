namespace Calico.Model.Net;

/// <summary>The two families of IP. The numeric value is the version number of the header.</summary>
public enum IpFamily
{
    IPv4 = 4,
    IPv6 = 6,
}

public static class IpFamilies
{
    /// <summary>Length of an address in bits: 32 or 128.</summary>
    public static int Bits(this IpFamily family) => family == IpFamily.IPv4 ? 32 : 128;

    /// <summary>The word upstream uses in etcd keys: <c>ipv4</c> or <c>ipv6</c>.</summary>
    public static string KeyWord(this IpFamily family) => family == IpFamily.IPv4 ? "ipv4" : "ipv6";
}
