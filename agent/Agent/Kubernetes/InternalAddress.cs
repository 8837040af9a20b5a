using Calico.Agent.Host;
using Calico.Agent.Options;
using Calico.Model.Kubernetes;
using Calico.Model.Net;

namespace Calico.Agent.Kubernetes;

/// <summary>
/// The address that the kubelet reported, by which the API server, and everybody who asks it, knows the node. A node that got a Docker bridge or a VPN
/// later keeps it, where a guess by routes or by names would change. Pure.
/// </summary>
internal static class InternalAddress
{
    private const string InternalIp = "InternalIP";

    /// <summary>The method by which to look for the node's address, now that its object is read.</summary>
    /// <param name="node">Null when it is not known.</param>
    public static DetectionMethod Resolve(DetectionMethod method, IpFamily family, KubernetesNode? node, IReadOnlyList<HostInterface> interfaces)
    {
        if (method is not DetectionMethod.KubernetesInternalIp asked)
        {
            return method;
        }

        var reported = (node?.Status.Addresses ?? [])
            .Where(address => address.Type == InternalIp)
            .SelectMany(address => IpAddress.TryParse(address.Address, out var parsed) && parsed.Family == family ? [parsed] : Array.Empty<IpAddress>())
            .ToList();
        var isHere = interfaces.SelectMany(device => device.Addresses).Any(address => reported.Contains(address.Address));

        // Without the node's object nothing is guessed: a wrong address would be told to all others.
        return asked.IsDefault && node is not null && !isHere
            ? new DetectionMethod.DefaultRoute()
            : new DetectionMethod.InCidr($"{method.Text} ({(reported.Count == 0 ? "none" : string.Join(", ", reported))})", [.. reported.Select(address => address.ToCidr())]);
    }
}
