using System.Collections.Immutable;
using Calico.Model.Kubernetes;
using Calico.Model.Net;
using Calico.Policy.Evaluation;
using FsCheck;
using FsCheck.Fluent;

namespace Calico.Tests.Unit.Policy.Kubernetes;

/// <summary>Clusters and packets by chance, with few names and numbers, so that much of it meets.</summary>
internal static class RandomKubernetes
{
    private static readonly string[] Names = ["red", "blue", "green"];
    private static readonly string[] Outside = ["192.0.2.7", "198.51.100.9", "2001:db8::7"];

    private static Gen<ImmutableDictionary<string, string>> Labels { get; } =
        from pairs in Gen.Zip(Gen.Elements("app", "tier", "example.com/team"), Gen.Elements("a", "b", "")).ListOf()
        select pairs.Take(3).DistinctBy(pair => pair.Item1).ToImmutableDictionary(pair => pair.Item1, pair => pair.Item2);

    private static Gen<LabelSelectorRequirement> Requirement { get; } =
        from key in Gen.Elements("app", "tier", "example.com/team")
        from kind in Gen.Elements("In", "NotIn", "Exists", "DoesNotExist")
        from values in Gen.Elements<string[]>(["a"], ["b", "a"], ["b", ""])
        select new LabelSelectorRequirement { Key = key, Operator = kind, Values = kind.EndsWith("In", StringComparison.Ordinal) ? values : [] };

    private static Gen<LabelSelector> Selector { get; } = Gen.Frequency(
        (2, Gen.Constant(new LabelSelector())),
        (3, from label in Gen.Zip(Gen.Elements("app", "tier"), Gen.Elements("a", "b"))
            select new LabelSelector { MatchLabels = ImmutableDictionary<string, string>.Empty.Add(label.Item1, label.Item2) }),
        (2, from first in Requirement
            from labels in Labels
            select new LabelSelector { MatchExpressions = [first], MatchLabels = labels.Take(1).ToImmutableDictionary() }));

    private static Gen<IPBlock> Block { get; } = Gen.Elements(
        new IPBlock { Cidr = "0.0.0.0/0" },
        new IPBlock { Cidr = "::/0" },
        new IPBlock { Cidr = "10.0.0.0/29", Except = ["10.0.0.2/31", "10.0.0.5/32"] },
        new IPBlock { Cidr = "10.0.0.4/30" },
        new IPBlock { Cidr = "192.0.2.0/24", Except = ["192.0.2.7/32"] },
        new IPBlock { Cidr = "fd00::/125", Except = ["fd00::2/127"] });

    private static Gen<NetworkPolicyPeer> Peer { get; } = Gen.OneOf(
        Block.Select(block => new NetworkPolicyPeer { IPBlock = block }),
        Selector.Select(pods => new NetworkPolicyPeer { PodSelector = pods }),
        Selector.Select(namespaces => new NetworkPolicyPeer { NamespaceSelector = namespaces }),
        Gen.Zip(Selector, Selector).Select(both => new NetworkPolicyPeer { NamespaceSelector = both.Item1, PodSelector = both.Item2 }));

    private static Gen<NetworkPolicyPort> Port { get; } =
        from protocol in Gen.Elements("TCP", "UDP", "SCTP")
        from port in Gen.Elements<IntOrString?>(null, IntOrString.FromNumber(80), IntOrString.FromNumber(81), IntOrString.FromNumber(443), IntOrString.FromText("web"), IntOrString.FromText("dns"))
        from end in Gen.Elements<int?>(null, 90, 500)
        select new NetworkPolicyPort { Protocol = protocol, Port = port, EndPort = port is { IsNumber: true } number && number.Number <= end ? end : null };

    private static Gen<KubernetesNetworkPolicy> Policy { get; } =
        from ns in Gen.Elements(Names)
        from name in Gen.Choose(0, 9999)
        from pods in Selector
        from types in Gen.Elements<string[]>([], ["Ingress"], ["Egress"], ["Ingress", "Egress"])
        from ingress in Few(from peers in Few(Peer, 3) from ports in Few(Port, 3) select new NetworkPolicyIngressRule { From = peers, Ports = ports }, 2)
        from egress in Few(from peers in Few(Peer, 3) from ports in Few(Port, 3) select new NetworkPolicyEgressRule { To = peers, Ports = ports }, 2)
        select new KubernetesNetworkPolicy
        {
            Metadata = new KubernetesMetadata { Namespace = ns, Name = $"p{name}", Uid = Guid.NewGuid().ToString() },
            Spec = new KubernetesNetworkPolicySpec { PodSelector = pods, PolicyTypes = types, Ingress = ingress, Egress = egress },
        };

    private static Gen<NamespacedPods> SelectedPods { get; } =
        Gen.Zip(Selector, Selector).Select(both => new NamespacedPods { NamespaceSelector = both.Item1, PodSelector = both.Item2 });

    private static Gen<ClusterNetworkPolicyTransport> Transport { get; } = Gen.Elements<ClusterNetworkPolicyPort?>(
        null, new() { Number = 80 }, new() { Number = 443 }, new() { Range = new() { Start = 80, End = 90 } }).Select(port => new ClusterNetworkPolicyTransport { DestinationPort = port });

    private static Gen<ClusterNetworkPolicyProtocol> Protocol { get; } = Gen.OneOf(
        Transport.Select(transport => new ClusterNetworkPolicyProtocol { Tcp = transport }),
        Transport.Select(transport => new ClusterNetworkPolicyProtocol { Udp = transport }),
        Transport.Select(transport => new ClusterNetworkPolicyProtocol { Sctp = transport }),
        Gen.Elements("web", "dns").Select(name => new ClusterNetworkPolicyProtocol { DestinationNamedPort = name }));

    private static Gen<string> Action { get; } = Gen.Elements("Accept", "Deny", "Pass");

    private static Gen<ClusterNetworkPolicyIngressRule> ClusterIngress { get; } =
        from action in Action
        from peers in Some(Gen.OneOf(
            Selector.Select(namespaces => new ClusterNetworkPolicyIngressPeer { Namespaces = namespaces }),
            SelectedPods.Select(pods => new ClusterNetworkPolicyIngressPeer { Pods = pods })))
        from protocols in Few(Protocol, 2)
        select new ClusterNetworkPolicyIngressRule { Action = action, From = peers, Protocols = protocols };

    private static Gen<ClusterNetworkPolicyEgressRule> ClusterEgress { get; } =
        from action in Action
        from peers in Some(Gen.OneOf(
            Selector.Select(namespaces => new ClusterNetworkPolicyEgressPeer { Namespaces = namespaces }),
            SelectedPods.Select(pods => new ClusterNetworkPolicyEgressPeer { Pods = pods }),
            Gen.Elements<string[]>(["0.0.0.0/0", "::/0"], ["192.0.2.0/24"], ["10.0.0.0/30", "fd00::/126"]).Select(nets => new ClusterNetworkPolicyEgressPeer { Networks = nets })))
        from protocols in Few(Protocol, 2)
        select new ClusterNetworkPolicyEgressRule { Action = action, To = peers, Protocols = protocols };

    private static Gen<ClusterNetworkPolicy> ClusterPolicy { get; } =
        from tier in Gen.Elements("Admin", "Baseline")
        from name in Gen.Choose(0, 9999)
        from priority in Gen.Choose(0, 5)
        from subject in Gen.OneOf(
            Selector.Select(namespaces => new ClusterNetworkPolicySubject { Namespaces = namespaces }),
            SelectedPods.Select(pods => new ClusterNetworkPolicySubject { Pods = pods }))
        from ingress in Few(ClusterIngress, 2)
        from egress in Few(ClusterEgress, 2)
        select new ClusterNetworkPolicy
        {
            Metadata = new KubernetesMetadata { Name = $"c{name:0000}", Uid = Guid.NewGuid().ToString() },
            Spec = new ClusterNetworkPolicySpec { Tier = tier, Priority = priority, Subject = subject, Ingress = ingress, Egress = egress },
        };

    private static Gen<IpAddress> Address { get; } = Gen.Frequency(
        (4, Gen.Choose(1, 6).Select(i => IpAddress.Parse($"10.0.0.{i}"))),
        (2, Gen.Choose(1, 6).Select(i => IpAddress.Parse($"fd00::{i}"))),
        (1, Gen.Elements(Outside).Select(IpAddress.Parse)));

    public static Gen<Packet> Packet { get; } =
        from source in Address
        from destination in Address
        from protocol in Gen.Elements(6, 17, 132, 1)
        from port in Gen.Elements(53, 80, 81, 90, 443, 444, 8080)
        let isSixth = destination.Family == IpFamily.IPv6
        where source.Family == destination.Family && source != destination
        select protocol == 1
            ? new Packet(source, destination, isSixth ? 58 : 1) { IcmpType = isSixth ? 128 : 8 }
            : new Packet(source, destination, protocol, 40_000, port);

    public static Gen<KubernetesWorld> World(bool withClusterPolicies) =>
        from labels in Labels.ListOf(Names.Length)
        from pods in (from ns in Gen.Elements(Names) from own in Labels from web in Gen.Elements(80, 8080) select (ns, own, web)).ListOf(6)
        from policies in Few(Policy, 5)
        from clusterPolicies in withClusterPolicies ? Few(ClusterPolicy, 5) : Gen.Constant<IReadOnlyList<ClusterNetworkPolicy>>([])
        select new KubernetesWorld(
            [.. Names.Zip(labels, (name, own) => new Namespace { Metadata = new KubernetesMetadata { Name = name, Labels = own, Uid = Guid.NewGuid().ToString() } })],
            [.. pods.Select((pod, i) => Pod(pod.ns, i, pod.own, pod.web))],
            [.. policies.DistinctBy(policy => policy.Metadata.ToString())],
            [.. clusterPolicies.DistinctBy(policy => policy.Metadata.Name)]);

    private static Pod Pod(string ns, int number, ImmutableDictionary<string, string> labels, int web) => new()
    {
        Metadata = new KubernetesMetadata { Namespace = ns, Name = $"pod{number}", Labels = labels },
        Spec = new PodSpec
        {
            Containers =
            [
                new PodContainer
                {
                    Ports = [new ContainerPort { Name = "web", Port = web, Protocol = "TCP" }, new ContainerPort { Name = "dns", Port = 53, Protocol = number % 2 == 0 ? "UDP" : "SCTP" }],
                },
            ],
        },
        Status = new PodStatus { PodIPs = [new PodAddress { Ip = $"10.0.0.{number + 1}" }, new PodAddress { Ip = $"fd00::{number + 1}" }] },
    };

    private static Gen<IReadOnlyList<T>> Few<T>(Gen<T> gen, int most) =>
        from count in Gen.Choose(0, most)
        from items in gen.ListOf(count)
        select (IReadOnlyList<T>)[.. items];

    private static Gen<IReadOnlyList<T>> Some<T>(Gen<T> gen) =>
        from first in gen
        from more in Few(gen, 1)
        select (IReadOnlyList<T>)[first, .. more];
}
