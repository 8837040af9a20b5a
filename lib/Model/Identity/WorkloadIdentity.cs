using System.Text;
using Calico.Model.Net;

namespace Calico.Model.Identity;

/// <summary>
/// Who an attachment is, and every name that follows from it. All of them are functions of the identity alone, so the endpoint is
/// complete before the kernel is touched, and a repeated ADD or a late DEL arrives at the same names (features.md C4).
/// </summary>
/// <param name="Orchestrator"><c>k8s</c> or <c>cni</c>.</param>
/// <param name="Namespace">The pod's namespace; <c>default</c> outside Kubernetes.</param>
/// <param name="Workload">The pod's name; outside Kubernetes the container ID.</param>
/// <param name="ContainerId">CNI_CONTAINERID.</param>
/// <param name="Interface">CNI_IFNAME.</param>
/// <param name="Network">The network's name in the conf.</param>
public sealed record WorkloadIdentity(string Orchestrator, string Namespace, string Workload, string ContainerId, string Interface, string Network)
{
    public const string Kubernetes = "k8s";
    public const string PlainCni = "cni";
    public const string DefaultNamespace = "default";
    public const string DefaultInterfacePrefix = "cali";
    private const int NameHashDigits = 11;

    public bool IsKubernetes => Orchestrator == Kubernetes;

    /// <summary>The IPAM handle: <c>NETWORK.CONTAINERID</c>.</summary>
    public string HandleId => $"{Network}.{ContainerId}";

    /// <summary>The WorkloadEndpoint's name: <c>NODE-ORCH-WORKLOAD-IFNAME</c>, each <c>-</c> inside a part doubled.</summary>
    public string EndpointName(string node) =>
        string.Join('-', Doubled(node), Orchestrator, Doubled(Workload), Doubled(Interface));

    /// <summary>
    /// The host end of the veth, at most 15 characters (IFNAMSIZ - 1). In Kubernetes the prefix and 11 hex digits of SHA-1 of
    /// <c>NAMESPACE.POD</c>, so that the name outlives a container restart; elsewhere the prefix and 11 characters of the container ID.
    /// </summary>
    public string HostInterface(string prefix = DefaultInterfacePrefix)
    {
        // A second interface of the same pod must not take the first one's name.
        var suffix = Interface is "eth0" or "" ? "" : "." + Interface;
        return IsKubernetes || suffix.Length > 0 || ContainerId.Length < NameHashDigits
            ? prefix + Digest(IsKubernetes ? $"{Namespace}.{Workload}{suffix}" : $"{ContainerId}{suffix}")[..NameHashDigits]
            : prefix + ContainerId[..NameHashDigits];
    }

    /// <summary>The MAC inside the pod: locally administered, unicast, derived from container and interface.</summary>
    public MacAddress PodMac()
    {
        var hash = Sha1.Hash(Encoding.UTF8.GetBytes($"{Network}/{ContainerId}/{Interface}"));
        hash[0] = (byte)((hash[0] & 0xfe) | 0x02);
        return new MacAddress(hash.AsSpan(0, 6));
    }

    private static string Digest(string text) => Convert.ToHexStringLower(Sha1.Hash(Encoding.UTF8.GetBytes(text)));

    private static string Doubled(string part) => part.Replace("-", "--", StringComparison.Ordinal);
}
