using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Calico.Model.Net;

namespace Calico.Agent.Dataplane.IpSets;

/// <summary>What the kernel calls a set: its family, then its id, or as much of a hash of it as fits.</summary>
internal static class IpSetName
{
    public const string Prefix4 = "cali40";
    public const string Prefix6 = "cali60";

    // IPSET_MAXNAMELEN is 32 with the final zero.
    private const int MaxLength = 31;

    public static string Of(string id, IpFamily family)
    {
        var name = (family == IpFamily.IPv4 ? Prefix4 : Prefix6) + id;
        return name.Length <= MaxLength ? name : Hashed(name, id);
    }

    // 24 characters are 144 bits: two ids with one name are not to be met.
    private static string Hashed(string name, string id) =>
        name[..Prefix4.Length] + "_" + Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..(MaxLength - Prefix4.Length - 1)];
}
