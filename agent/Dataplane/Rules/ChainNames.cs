using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Calico.Policy.Compiled;

namespace Calico.Agent.Dataplane.Rules;

/// <summary>What our chains are called: upstream's names, so that whoever knows one node knows the other.</summary>
public static class ChainNames
{
    public const string Forward = "cali-FORWARD";
    public const string ForwardAccept = "cali-forward-accept";
    public const string Input = "cali-INPUT";
    public const string Output = "cali-OUTPUT";
    public const string Prerouting = "cali-PREROUTING";
    public const string Postrouting = "cali-POSTROUTING";
    public const string Allow = "cali-allow";
    public const string Pass = "cali-pass";
    public const string FromWorkloadDispatch = "cali-from-wl-dispatch";
    public const string ToWorkloadDispatch = "cali-to-wl-dispatch";
    public const string WorkloadToHost = "cali-wl-to-host";
    public const string ReversePath = "cali-rpf";
    public const string ReversePathSkip = "cali-rpf-skip";
    public const string FromHostEndpoint = "cali-from-host-endpoint";
    public const string ToHostEndpoint = "cali-to-host-endpoint";
    public const string FromHostForward = "cali-from-hep-forward";
    public const string ToHostForward = "cali-to-hep-forward";
    public const string FailsafeIn = "cali-failsafe-in";
    public const string FailsafeOut = "cali-failsafe-out";
    public const string NatOutgoing = "cali-nat-outgoing";

    /// <summary>In place of an interface's name: longer than any.</summary>
    public const string AnyHostInterface = "any-host-interface";

    private const int MaxLength = 28;

    public static string Policy(PolicyDirection direction, PolicyId id) =>
        Name(direction == PolicyDirection.Ingress ? "cali-pi-" : "cali-po-", $"{Short(id.Kind)}/{(id.Namespace.Length > 0 ? id.Namespace + "/" : "")}{id.Name}");

    public static string Profile(PolicyDirection direction, string name) =>
        Name(direction == PolicyDirection.Ingress ? "cali-pri-" : "cali-pro-", name);

    public static string Workload(PolicyDirection direction, string interfaceName) =>
        (direction == PolicyDirection.Ingress ? "cali-tw-" : "cali-fw-") + interfaceName;

    public static string Host(PolicyDirection direction, string interfaceName) =>
        (direction == PolicyDirection.Ingress ? "cali-fh-" : "cali-th-") + interfaceName;

    public static string HostForward(PolicyDirection direction, string interfaceName) =>
        (direction == PolicyDirection.Ingress ? "cali-fhfw-" : "cali-thfw-") + interfaceName;

    /// <summary>The part of the dispatch that is about interfaces whose names begin so.</summary>
    public static string DispatchTo(PolicyDirection direction, string prefix) =>
        (direction == PolicyDirection.Ingress ? "cali-to-wl." : "cali-from-wl.") + prefix;

    /// <summary>
    /// True for a name that the kernel takes and that means one interface to iptables. Any other comes from an object that nobody's
    /// plugin wrote.
    /// </summary>
    public static bool IsInterfaceName(string name) =>
        name.Length is > 0 and < 16 && name.All(IsPlain) && name[0] != '-' && name is not ("." or "..");

    private static string Name(string prefix, string id) =>
        prefix.Length + id.Length <= MaxLength && id.All(c => IsPlain(c) || c == '/') && id[0] != '_'
            ? prefix + id
            : $"{prefix}_{Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(id)))}"[..MaxLength];

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or ':';

    private static string Short(string kind) => kind switch
    {
        "NetworkPolicy" => "np",
        "GlobalNetworkPolicy" => "gnp",
        _ => kind,
    };
}
