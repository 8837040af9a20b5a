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

    private const string Temporary4 = "cali4t";
    private const string Temporary6 = "cali6t";

    public static bool IsOurs(string name) =>
        name.StartsWith(Prefix4, StringComparison.Ordinal) || name.StartsWith(Prefix6, StringComparison.Ordinal)
        || name.StartsWith(Temporary4, StringComparison.Ordinal) || name.StartsWith(Temporary6, StringComparison.Ordinal);

    /// <summary>What the names of sets begin with that exist only until they are swapped for another.</summary>
    public static string TemporaryPrefix(IpFamily family) => family == IpFamily.IPv4 ? Temporary4 : Temporary6;

    public static string Of(string id, IpFamily family)
    {
        var name = (family == IpFamily.IPv4 ? Prefix4 : Prefix6) + id;
        return name.Length <= MaxLength ? name : Hashed(name, id);
    }

    // 24 characters are 144 bits: two ids with one name are not to be met.
    private static string Hashed(string name, string id) =>
        name[..Prefix4.Length] + "_" + Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..(MaxLength - Prefix4.Length - 1)];
}
