using System.Net;
using Calico.Model.Kubernetes;
using Calico.Policy.Evaluation;

namespace Calico.Tests.Unit.Policy.Kubernetes;

/// <summary>
/// What Kubernetes says about a packet, written from the documentation of networking.k8s.io/v1 and policy.networking.k8s.io/v1alpha2 alone: it knows
/// nothing of tiers, profiles, selector texts or rules of ours, and parses addresses by other means.
/// </summary>
internal sealed class KubernetesSemantics(KubernetesWorld world)
{
    public bool Allows(Packet packet)
    {
        var (source, destination) = (PodAt(packet.Source.ToString()), PodAt(packet.Destination.ToString()));
        return (source is null || May(source, destination, packet, isIngress: false)) && (destination is null || May(destination, source, packet, isIngress: true));
    }

    /// <summary>Administrators decide first, then the namespace's own policies, then the cluster's baseline; what nobody decides is allowed.</summary>
    private bool May(Pod pod, Pod? other, Packet packet, bool isIngress) =>
        Cluster("Admin", pod, other, packet, isIngress)
        ?? Namespaced(pod, other, packet, isIngress)
        ?? Cluster("Baseline", pod, other, packet, isIngress)
        ?? true;

    private bool? Cluster(string tier, Pod pod, Pod? other, Packet packet, bool isIngress)
    {
        var policies = world.ClusterPolicies
            .Where(policy => policy.Spec.Tier == tier && IsSubject(policy.Spec.Subject, pod))
            .OrderBy(policy => policy.Spec.Priority)
            .ThenBy(policy => policy.Metadata.Name, StringComparer.Ordinal);
        foreach (var policy in policies)
        {
            var actions = isIngress
                ? from rule in policy.Spec.Ingress
                  where rule.From.Any(peer => IsPeer(peer.Namespaces, peer.Pods, other)) && Matches(rule.Protocols, pod, packet)
                  select rule.Action
                : from rule in policy.Spec.Egress
                  where rule.To.Any(peer => IsPeer(peer.Namespaces, peer.Pods, other) || peer.Networks.Any(net => Holds(net, packet.Destination.ToString())))
                      && Matches(rule.Protocols, other, packet)
                  select rule.Action;
            switch (actions.FirstOrDefault())
            {
                case "Accept":
                    return true;
                case "Deny":
                    return false;
                case "Pass":
                    return null;
            }
        }

        return null;
    }

    private bool IsSubject(ClusterNetworkPolicySubject subject, Pod pod) => IsPeer(subject.Namespaces, subject.Pods, pod);

    private bool IsPeer(LabelSelector? namespaces, NamespacedPods? pods, Pod? pod) =>
        pod is not null
        && ((namespaces is not null && Selects(namespaces, LabelsOfNamespace(pod)))
            || (pods is not null && Selects(pods.NamespaceSelector, LabelsOfNamespace(pod)) && Selects(pods.PodSelector, pod.Metadata.Labels)));

    private static bool Matches(IReadOnlyList<ClusterNetworkPolicyProtocol> protocols, Pod? receiver, Packet packet) =>
        protocols.Count == 0 || protocols.Any(protocol =>
            (protocol.Tcp is { } tcp && packet.Protocol == 6 && HasPort(tcp, packet))
            || (protocol.Udp is { } udp && packet.Protocol == 17 && HasPort(udp, packet))
            || (protocol.Sctp is { } sctp && packet.Protocol == 132 && HasPort(sctp, packet))
            || (protocol.DestinationNamedPort.Length > 0 && IsNamed(receiver, protocol.DestinationNamedPort, packet)));

    private static bool HasPort(ClusterNetworkPolicyTransport transport, Packet packet) => transport.DestinationPort switch
    {
        null => true,
        { Range: { } range } => packet.DestinationPort >= range.Start && packet.DestinationPort <= range.End,
        { Number: var number } => packet.DestinationPort == number,
    };

    /// <returns>Null when no policy is for the pod in this direction.</returns>
    private bool? Namespaced(Pod pod, Pod? other, Packet packet, bool isIngress)
    {
        var policies = world.Policies
            .Where(policy => policy.Metadata.Namespace == pod.Metadata.Namespace && Selects(policy.Spec.PodSelector, pod.Metadata.Labels) && IsFor(policy.Spec, isIngress))
            .ToList();
        var remote = (isIngress ? packet.Source : packet.Destination).ToString();
        return policies.Count == 0
            ? null
            : policies.Any(policy => isIngress
                ? policy.Spec.Ingress.Any(rule => IsPeer(rule.From, policy.Metadata.Namespace, other, remote) && IsPort(rule.Ports, pod, packet))
                : policy.Spec.Egress.Any(rule => IsPeer(rule.To, policy.Metadata.Namespace, other, remote) && IsPort(rule.Ports, other, packet)));
    }

    private static bool IsFor(KubernetesNetworkPolicySpec spec, bool isIngress) => spec.PolicyTypes.Count > 0
        ? spec.PolicyTypes.Contains(isIngress ? "Ingress" : "Egress")
        : isIngress || spec.Egress.Count > 0;

    private bool IsPeer(IReadOnlyList<NetworkPolicyPeer> peers, string ownNamespace, Pod? other, string address) =>
        peers.Count == 0 || peers.Any(peer => peer.IPBlock is { } block
            ? Holds(block.Cidr, address) && !block.Except.Any(except => Holds(except, address))
            : other is not null
              && (peer.NamespaceSelector is { } namespaces ? Selects(namespaces, LabelsOfNamespace(other)) : other.Metadata.Namespace == ownNamespace)
              && (peer.PodSelector is not { } pods || Selects(pods, other.Metadata.Labels)));

    private static bool IsPort(IReadOnlyList<NetworkPolicyPort> ports, Pod? receiver, Packet packet) =>
        ports.Count == 0 || ports.Any(port => Number(port.Protocol) == packet.Protocol && port.Port switch
        {
            null => true,
            { Text: { } name } => IsNamed(receiver, name, packet),
            { Number: var first } => packet.DestinationPort >= first && packet.DestinationPort <= (port.EndPort ?? first),
        });

    private static bool IsNamed(Pod? receiver, string name, Packet packet) => receiver is not null && receiver.Spec.Containers.Any(container =>
        container.Ports.Any(port => port.Name == name && port.Port == packet.DestinationPort && Number(port.Protocol) == packet.Protocol));

    private static int Number(string protocol) => protocol switch { "TCP" => 6, "UDP" => 17, _ => 132 };

    private static bool Selects(LabelSelector selector, IReadOnlyDictionary<string, string> labels) =>
        selector.MatchLabels.All(wanted => labels.TryGetValue(wanted.Key, out var value) && value == wanted.Value)
        && selector.MatchExpressions.All(expression =>
        {
            var has = labels.TryGetValue(expression.Key, out var value);
            return expression.Operator switch
            {
                "In" => has && expression.Values.Contains(value!),
                "NotIn" => !has || !expression.Values.Contains(value!),
                "Exists" => has,
                _ => !has,
            };
        });

    private IReadOnlyDictionary<string, string> LabelsOfNamespace(Pod pod) =>
        world.Namespaces.Single(ns => ns.Metadata.Name == pod.Metadata.Namespace).Metadata.Labels;

    private static bool Holds(string net, string address) => IPNetwork.Parse(net).Contains(IPAddress.Parse(address));

    private Pod? PodAt(string address) => world.Pods.FirstOrDefault(pod => pod.Status.PodIPs.Any(ip => IPAddress.Parse(ip.Ip).Equals(IPAddress.Parse(address))));
}
