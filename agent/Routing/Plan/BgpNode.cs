using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Agent.Routing.Plan;

/// <summary>A node as a speaker of BGP, with the cluster's and its own settings applied.</summary>
internal sealed record BgpNode(
    string Name,
    IpAddress? IPv4,
    IpAddress? IPv6,
    AsNumber As,
    int Port,
    string? ReflectorClusterId,
    IReadOnlyDictionary<string, string> Labels)
{
    public bool IsReflector => ReflectorClusterId is not null;

    public IpAddress? Address(IpFamily family) => family == IpFamily.IPv4 ? IPv4 : IPv6;

    public static BgpNode From(Resource<NodeSpec> node, BgpSettings settings)
    {
        var bgp = node.Spec.Bgp;
        var own = settings.For(node.Metadata.Name);
        var clusterId = bgp?.RouteReflectorClusterId;
        return new BgpNode(
            node.Metadata.Name,
            bgp?.IPv4Address?.Address,
            bgp?.IPv6Address?.Address,
            bgp?.AsNumber ?? settings.As,
            own?.ListenPort ?? settings.ListenPort,
            string.IsNullOrEmpty(clusterId) ? null : clusterId,
            node.Metadata.Labels ?? []);
    }
}
