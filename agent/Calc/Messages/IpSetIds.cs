using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Calico.Policy.Compiled;
using Calico.Policy.Selectors;

namespace Calico.Agent.Calc.Messages;

/// <summary>Names of IP sets: those that always exist, and <c>s:</c>, <c>n:</c>, <c>svc:</c> and <c>l:</c> with a hash for those that rules need.</summary>
public static class IpSetIds
{
    /// <summary>The pools with natOutgoing.</summary>
    public const string MasqueradedPools = "masq-ipam-pools";

    public const string AllPools = "network-ip-pools";

    /// <summary>The addresses of the nodes.</summary>
    public const string AllHosts = "all-hosts-net";

    // As long as a selector's hash.
    private const int HashLength = 38;

    /// <summary>The addresses of what the selector selects. Upstream's id.</summary>
    public static string OfSelector(Selector selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return selector.Hash;
    }

    /// <summary>The ports of that name of the endpoints the selector selects.</summary>
    public static string OfNamedPort(Selector selector, int protocol, string port)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return "n:" + Hash($"{selector.Hash},{protocol},{port}");
    }

    /// <summary>The backends of a service, with their ports or without.</summary>
    public static string OfService(ServiceName service, IpSetKind kind) => "svc:" + Hash($"{service},{kind}");

    /// <summary>What rules list themselves. Two lists of the same have one id, in whatever order.</summary>
    public static string OfList(IpSetKind kind, IEnumerable<IpSetMember> members) =>
        "l:" + Hash($"{kind},{string.Join(' ', members.Select(member => member.ToString()).Order(StringComparer.Ordinal))}");

    private static string Hash(string text) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashLength];
}
