using Calico.Model.Kubernetes;
using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Compiled;
using Calico.Policy.Validation;

namespace Calico.Policy.Kubernetes;

/// <summary>
/// A ClusterNetworkPolicy (policy.networking.k8s.io/v1alpha2) as a global policy in the tier kube-admin or kube-baseline (features.md B4). Of what cannot be
/// converted, a rule that accepts is left out, and any other denies everything in its place: it may have been there to keep something out.
/// </summary>
public static class ClusterPolicyConverter
{
    public const string AdminTier = "kube-admin";
    public const string BaselineTier = "kube-baseline";

    /// <summary>The annotation that keeps the name of the rule a rule was made of.</summary>
    public const string RuleNameAnnotation = "policy.networking.k8s.io/cnp-rule-name";

    /// <summary>Of a rule's nets (features.md B5); more go into rules beside it.</summary>
    private const int MaxNets = 256;

    private static readonly string[] Protocols = ["SCTP", "TCP", "UDP"];

    /// <summary>What the names of our global policies begin with; behind it stand the tier, a dot, and the name.</summary>
    public const string NamePrefix = "kcnp.";

    /// <summary>The name of the policy in either tier.</summary>
    public static string NameOf(string tier, string name) => $"{NamePrefix}{tier}.{name}";

    public static Converted<GlobalNetworkPolicySpec> Convert(ClusterNetworkPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var errors = new ErrorList(new PolicyId("ClusterNetworkPolicy", "", policy.Metadata.Name).ToString());
        var spec = policy.Spec;
        var tier = spec.Tier switch { "Admin" => AdminTier, "Baseline" => BaselineTier, _ => null };
        if (tier is null)
        {
            errors.Add("spec.tier", $"{ErrorList.Quote(spec.Tier)} is neither Admin nor Baseline; the policy is NOT ENFORCED");
        }

        var subject = Subject(spec.Subject, errors);
        if (tier is null || subject is null)
        {
            return new Converted<GlobalNetworkPolicySpec>(null, errors.ToImmutable());
        }

        var ingress = spec.Ingress.SelectMany((rule, i) => Rules($"spec.ingress[{i}]", rule, errors)).ToList();
        var egress = spec.Egress.SelectMany((rule, i) => Rules($"spec.egress[{i}]", rule, errors)).ToList();
        return new Converted<GlobalNetworkPolicySpec>(
            new Resource<GlobalNetworkPolicySpec>
            {
                Kind = ResourceKind.GlobalNetworkPolicy.Kind,
                Metadata = new ObjectMeta
                {
                    Name = NameOf(tier, policy.Metadata.Name),
                    Uid = DerivedUid.Of(policy.Metadata.Uid),
                    CreationTimestamp = policy.Metadata.CreationTimestamp,
                },
                Spec = new GlobalNetworkPolicySpec
                {
                    Tier = tier,
                    Order = spec.Priority,
                    Selector = subject.Selector,
                    NamespaceSelector = subject.NamespaceSelector,
                    Types = Types(spec),
                    Ingress = Fitting(ingress, "spec.ingress", errors),
                    Egress = Fitting(egress, "spec.egress", errors),
                },
            },
            errors.ToImmutable());
    }

    /// <summary>More rules than a policy takes: one that denies all, in the place of those that might.</summary>
    private static IReadOnlyList<PolicyRule>? Fitting(List<PolicyRule> rules, string field, ErrorList errors) =>
        RuleParts.Fitting(rules, field, errors) ?? (rules.Count == 0 ? null : [DenyAll]);

    /// <summary>Only where there are rules: the tiers of these policies pass on what no rule decides.</summary>
    private static IReadOnlyList<string>? Types(ClusterNetworkPolicySpec spec) => (spec.Ingress.Count > 0, spec.Egress.Count > 0) switch
    {
        (true, true) => ["Ingress", "Egress"],
        (true, false) => ["Ingress"],
        (false, true) => ["Egress"],
        _ => null,
    };

    private static PolicyRule DenyAll => new() { Action = "Deny", Source = new EntityRule(), Destination = new EntityRule() };

    private static EntityRule? Subject(ClusterNetworkPolicySubject subject, ErrorList errors)
    {
        const string Field = "spec.subject";
        var own = new ErrorList("");
        var pods = Pods(subject.Namespaces, subject.Pods, Field, own);
        if (pods is null)
        {
            own.Add(Field, "has neither namespaces nor pods: a form of subject that this version does not know");
        }

        SelectorValidator.Check(own, Field, pods?.Selector);
        SelectorValidator.Check(own, Field, pods?.NamespaceSelector);
        if (own.Any)
        {
            own.Add(Field, "does not tell which pods the policy is for; the policy is NOT ENFORCED");
        }

        errors.AddAll(own);
        return own.Any ? null : pods;
    }

    private static IEnumerable<PolicyRule> Rules(string field, ClusterNetworkPolicyIngressRule rule, ErrorList errors)
    {
        var own = new ErrorList("");
        var sides = rule.From.Select((peer, i) => Peer(peer, $"{field}.from[{i}]", own)).ToList();
        return Rules(field, rule.Name, rule.Action, sides, rule.Protocols, PolicyDirection.Ingress, own, errors);
    }

    private static IEnumerable<PolicyRule> Rules(string field, ClusterNetworkPolicyEgressRule rule, ErrorList errors)
    {
        var own = new ErrorList("");
        var sides = rule.To.SelectMany((peer, i) => Peers(peer, $"{field}.to[{i}]", own)).ToList();
        return Rules(field, rule.Name, rule.Action, sides, rule.Protocols, PolicyDirection.Egress, own, errors);
    }

    private static IReadOnlyList<PolicyRule> Rules(
        string field,
        string name,
        string action,
        List<EntityRule> sides,
        IReadOnlyList<ClusterNetworkPolicyProtocol> protocols,
        PolicyDirection direction,
        ErrorList own,
        ErrorList errors)
    {
        if (sides.Count == 0)
        {
            own.Add(field, "names no peers");
        }

        var ports = protocols.SelectMany((protocol, i) => Ports(protocol, $"{field}.protocols[{i}]", own)).ToList();
        own.CheckOneOf($"{field}.action", action, "Accept", "Deny", "Pass");
        var metadata = name.Length == 0 ? null : new RuleMetadata { Annotations = new Dictionary<string, string> { [RuleNameAnnotation] = name } };
        var rules = own.Any
            ? []
            : RuleParts.Combine(action == "Accept" ? "Allow" : action, metadata, ProtocolPorts.Merge(ports), sides, direction);
        return RuleParts.Checked(rules, field, direction, isGlobal: true, own, errors) ? rules
            : action == "Accept" ? []
            : [DenyAll with { Metadata = metadata }];
    }

    private static EntityRule? Pods(LabelSelector? namespaces, NamespacedPods? pods, string field, ErrorList errors)
    {
        if (namespaces is not null && pods is not null)
        {
            errors.Add(field, "has both namespaces and pods; one of them stands alone");
        }

        // Only pods, also where whole namespaces are named: a NetworkSet of theirs is not meant.
        return (namespaces, pods) switch
        {
            (null, null) => null,
            (null, not null) => Pods(pods.NamespaceSelector, pods.PodSelector, $"{field}.pods", errors),
            _ => Pods(namespaces, (LabelSelector?)null, $"{field}.namespaces", errors),
        };
    }

    private static EntityRule Pods(LabelSelector namespaces, LabelSelector? pods, string field, ErrorList errors) => new()
    {
        Selector = SelectorText.OfPods(pods, field, errors),
        NamespaceSelector = SelectorText.OfNamespaces(namespaces, field, errors),
    };

    private static EntityRule Peer(ClusterNetworkPolicyIngressPeer peer, string field, ErrorList errors) =>
        Pods(peer.Namespaces, peer.Pods, field, errors) ?? Unknown(field, errors);

    /// <summary>One side, or for networks one for each family and each 256 of them.</summary>
    private static IEnumerable<EntityRule> Peers(ClusterNetworkPolicyEgressPeer peer, string field, ErrorList errors)
    {
        if (peer.Nodes is not null || peer.DomainNames.Count > 0)
        {
            errors.Add(field, $"names {(peer.Nodes is not null ? "nodes" : "domain names")}, which this version cannot select");
        }

        var pods = Pods(peer.Namespaces, peer.Pods, field, errors);
        if (peer.Networks.Count == 0)
        {
            return [pods ?? Unknown(field, errors)];
        }

        if (pods is not null)
        {
            errors.Add(field, "has networks beside pods; one of them stands alone");
        }

        var nets = peer.Networks.Select((net, i) => RuleParts.Net(net, $"{field}.networks[{i}]", errors));
        return from net in nets
               group net by Cidr.TryParse(net, out var cidr) && cidr.Family == IpFamily.IPv6 into family
               from chunk in family.Chunk(MaxNets)
               select new EntityRule { Nets = chunk };
    }

    private static EntityRule Unknown(string field, ErrorList errors)
    {
        errors.Add(field, "is a form of peer that this version does not know");
        return new EntityRule();
    }

    private static IEnumerable<(string Protocol, PolicyPort? Port)> Ports(ClusterNetworkPolicyProtocol protocol, string field, ErrorList errors)
    {
        (string Name, ClusterNetworkPolicyTransport? Transport)[] transports = [("TCP", protocol.Tcp), ("UDP", protocol.Udp), ("SCTP", protocol.Sctp)];
        var given = transports.Where(transport => transport.Transport is not null).ToList();
        if (given.Count + (protocol.DestinationNamedPort.Length > 0 ? 1 : 0) != 1)
        {
            errors.Add(field, "does not have exactly one of tcp, udp, sctp and destinationNamedPort");
        }

        // The name stands for a port of any protocol.
        return protocol.DestinationNamedPort.Length > 0
            ? Protocols.Select(name => (name, (PolicyPort?)PolicyPort.Named(protocol.DestinationNamedPort)))
            : given.Select(transport => (transport.Name, Port(transport.Transport!.DestinationPort, field, errors)));
    }

    private static PolicyPort? Port(ClusterNetworkPolicyPort? port, string field, ErrorList errors)
    {
        switch (port)
        {
            case null:
                return null;
            case { Number: > 0, Range: null }:
                return PolicyPort.Single(port.Number);
            case { Number: 0, Range: { } range }:
                return PolicyPort.Range(range.Start, range.End);
            default:
                errors.Add($"{field}.destinationPort", "does not have exactly one of number and range");
                return null;
        }
    }
}
