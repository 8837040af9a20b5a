using Calico.Model.Net;

namespace Calico.Agent.Kubernetes;

/// <summary>
/// The range that the cluster was told its pods have. kube-proxy is told the same, and takes what comes from elsewhere for outside: it would hide a pod
/// of another range behind its node's address on the way to a Service. Pure.
/// </summary>
internal static class PodRange
{
    /// <summary>The controller manager gives nodes parts of the range, by default 8 bits longer than the range itself (/24 of a /16, /64 of a /56).</summary>
    private const int NodeBits = 8;

    /// <param name="kubeadm">kubeadm's ClusterConfiguration (YAML); its podSubnet is the range itself. Empty where there is none.</param>
    /// <param name="nodeCidrs">spec.podCIDRs of a node, from which the range is inferred otherwise.</param>
    /// <param name="taken">Networks of the host, and addresses of Services.</param>
    /// <returns>Null when nothing tells, or what it tells overlaps what is taken.</returns>
    public static Cidr? Of(IpFamily family, string kubeadm, IEnumerable<string> nodeCidrs, IReadOnlyList<Cidr> taken)
    {
        foreach (var candidate in Told(kubeadm).Concat(nodeCidrs.SelectMany(text => Cidrs(text).Select(Widened))))
        {
            if (candidate.Family == family)
            {
                return taken.Any(candidate.Overlaps) ? null : candidate;
            }
        }

        return null;
    }

    private static Cidr Widened(Cidr ofNode) => new(ofNode.Address, Math.Max(NodeBits, ofNode.PrefixLength - NodeBits));

    /// <summary>The one field of the document that we need, which kubeadm writes on a line of its own.</summary>
    private static IEnumerable<Cidr> Told(string kubeadm) =>
        from line in kubeadm.Split('\n', StringSplitOptions.TrimEntries)
        where line.StartsWith("podSubnet:", StringComparison.Ordinal)
        from cidr in Cidrs(line["podSubnet:".Length..].Trim(' ', '"', '\''))
        select cidr;

    private static IEnumerable<Cidr> Cidrs(string text)
    {
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Cidr.TryParse(part, out var cidr))
            {
                yield return cidr;
            }
        }
    }
}
