using System.Net;
using Calico.Model.Kubernetes;

namespace Calico.Controller.Bootstrap;

/// <summary>Which nodes run etcd. Decided once: a recorded membership is never changed, whatever nodes come and go.</summary>
internal static class Membership
{
    private const int Quorate = 3;
    private static readonly string[] ControlPlaneLabels = ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"];

    /// <param name="recorded">The text of the ConfigMap; empty before the first decision.</param>
    /// <returns>Empty while there is no node that has an address.</returns>
    /// <exception cref="BootstrapException">What is recorded is malformed.</exception>
    public static IReadOnlyList<EtcdMember> Decide(string recorded, IEnumerable<KubernetesNode> nodes)
    {
        var members = EtcdMember.Parse(recorded);
        if (members.Count > 0)
        {
            return members;
        }

        var candidates = nodes.Where(node => Addresses(node).Count > 0).OrderBy(node => node.Metadata.Name, StringComparer.Ordinal).ToList();
        return [.. Choose(candidates).Select(node => new EtcdMember(node.Metadata.Name, Addresses(node), JoinsExisting: false))];
    }

    private static IEnumerable<KubernetesNode> Choose(List<KubernetesNode> nodes)
    {
        // The record was lost but etcd runs on: its data names these members.
        var labelled = nodes.Where(node => node.Metadata.Labels.GetValueOrDefault(EtcdNames.MemberLabel) == EtcdNames.MemberValue).ToList();
        if (labelled.Count > 0)
        {
            return labelled;
        }

        var controlPlane = nodes.Where(node => ControlPlaneLabels.Any(node.Metadata.Labels.ContainsKey)).ToList();
        return controlPlane.Count >= Quorate ? controlPlane.Take(Quorate) : controlPlane.Concat(nodes).Take(1);
    }

    // Kubernetes lists the primary family first.
    private static List<IPAddress> Addresses(KubernetesNode node) =>
    [
        .. from address in node.Status.Addresses
           where address.Type == "InternalIP"
           let parsed = IPAddress.TryParse(address.Address, out var value) ? value : null
           where parsed is not null
           select parsed,
    ];
}
