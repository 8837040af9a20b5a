using Calico.Model.Kubernetes;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Compiled;
using Calico.Policy.Validation;

namespace Calico.Policy.Kubernetes;

/// <summary>
/// A Kubernetes NetworkPolicy as a policy of ours in the tier default (features.md C9). A rule that cannot be converted is left out and reported:
/// as all rules of a NetworkPolicy allow, less is open then, never more.
/// </summary>
public static class KubernetesPolicyConverter
{
    /// <summary>What the names of our policies begin with; all with this prefix are ours, none without it is.</summary>
    public const string NamePrefix = "knp.default.";

    private const double Order = 1000;

    public static Converted<NetworkPolicySpec> Convert(KubernetesNetworkPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var errors = new ErrorList(new PolicyId("NetworkPolicy", policy.Metadata.Namespace, policy.Metadata.Name).ToString());
        var spec = policy.Spec;
        var subject = new ErrorList("");
        var selector = SelectorText.OfPods(spec.PodSelector, "spec.podSelector", subject);
        SelectorValidator.Check(subject, "spec.podSelector", selector);
        errors.AddAll(subject);

        // Whom it is for cannot be told: it closes its namespace, as a policy does whose selector cannot be read (docs/adr/0006).
        var isReadable = !subject.Any;
        var ingress = isReadable ? Rules(spec.Ingress.Select(rule => (rule.From, rule.Ports)), PolicyDirection.Ingress, errors) : [];
        var egress = isReadable ? Rules(spec.Egress.Select(rule => (rule.To, rule.Ports)), PolicyDirection.Egress, errors) : [];
        return new Converted<NetworkPolicySpec>(
            new Resource<NetworkPolicySpec>
            {
                Kind = ResourceKind.NetworkPolicy.Kind,
                Metadata = new ObjectMeta
                {
                    Name = NamePrefix + policy.Metadata.Name,
                    Namespace = policy.Metadata.Namespace,
                    Uid = DerivedUid.Of(policy.Metadata.Uid),
                    CreationTimestamp = policy.Metadata.CreationTimestamp,
                },
                Spec = new NetworkPolicySpec
                {
                    Tier = CompiledTier.DefaultName,
                    Order = Order,
                    Selector = isReadable ? selector : SelectorText.AnyPod,
                    Types = Types(spec, errors),
                    Ingress = RuleParts.Fitting(ingress, "spec.ingress", errors),
                    Egress = RuleParts.Fitting(egress, "spec.egress", errors),
                },
            },
            errors.ToImmutable());
    }

    /// <summary>A type that is no type closes both directions.</summary>
    private static IReadOnlyList<string> Types(KubernetesNetworkPolicySpec spec, ErrorList errors)
    {
        for (var i = 0; i < spec.PolicyTypes.Count; i++)
        {
            errors.CheckOneOf($"spec.policyTypes[{i}]", spec.PolicyTypes[i] ?? "", "Ingress", "Egress");
        }

        var isWrong = spec.PolicyTypes.Any(type => type is not ("Ingress" or "Egress"));
        var isAbsent = spec.PolicyTypes.Count == 0;
        var ingress = isAbsent || isWrong || spec.PolicyTypes.Contains("Ingress");
        var egress = isWrong || (isAbsent ? spec.Egress.Count > 0 : spec.PolicyTypes.Contains("Egress"));
        return (ingress, egress) switch
        {
            (true, true) => ["Ingress", "Egress"],
            (true, false) => ["Ingress"],
            _ => ["Egress"],
        };
    }

    private static List<PolicyRule> Rules(
        IEnumerable<(IReadOnlyList<NetworkPolicyPeer> Peers, IReadOnlyList<NetworkPolicyPort> Ports)> rules, PolicyDirection direction, ErrorList errors)
    {
        var (field, peersField) = direction == PolicyDirection.Ingress ? ("spec.ingress", "from") : ("spec.egress", "to");
        return [.. rules.SelectMany((rule, i) => Rules($"{field}[{i}]", peersField, rule.Peers, rule.Ports, direction, errors))];
    }

    private static IReadOnlyList<PolicyRule> Rules(
        string field, string peersField, IReadOnlyList<NetworkPolicyPeer> peers, IReadOnlyList<NetworkPolicyPort> ports, PolicyDirection direction, ErrorList errors)
    {
        var own = new ErrorList("");
        var sides = peers.Select((peer, i) => Peer(peer, $"{field}.{peersField}[{i}]", own)).ToList();
        var numbers = ports.Select((port, i) => Port(port, $"{field}.ports[{i}]", own)).ToList();
        var rules = own.Any
            ? []
            : RuleParts.Combine("Allow", null, ProtocolPorts.Merge(numbers), sides.Count == 0 ? [new EntityRule()] : sides, direction);
        return RuleParts.Checked(rules, field, direction, isGlobal: false, own, errors) ? rules : [];
    }

    private static EntityRule Peer(NetworkPolicyPeer peer, string field, ErrorList errors)
    {
        if (peer is { IPBlock: null, PodSelector: null, NamespaceSelector: null })
        {
            errors.Add(field, "has none of podSelector, namespaceSelector and ipBlock: a form of peer that this version does not know");
        }

        if (peer.IPBlock is not { } block)
        {
            return new EntityRule
            {
                Selector = SelectorText.OfPods(peer.PodSelector, $"{field}.podSelector", errors),
                NamespaceSelector = SelectorText.OfNamespaces(peer.NamespaceSelector, $"{field}.namespaceSelector", errors),
            };
        }

        if (peer.PodSelector is not null || peer.NamespaceSelector is not null)
        {
            errors.Add(field, "has selectors beside ipBlock, which stands alone");
        }

        return new EntityRule
        {
            Nets = [RuleParts.Net(block.Cidr, $"{field}.ipBlock.cidr", errors)],
            NotNets = block.Except.Count == 0 ? null : [.. block.Except.Select((net, i) => RuleParts.Net(net, $"{field}.ipBlock.except[{i}]", errors))],
        };
    }

    private static (string Protocol, PolicyPort? Port) Port(NetworkPolicyPort port, string field, ErrorList errors)
    {
        errors.CheckOneOf($"{field}.protocol", port.Protocol, "TCP", "UDP", "SCTP");
        switch (port.Port, port.EndPort)
        {
            case (null, null):
                return (port.Protocol, null);
            case (null, _):
                errors.Add($"{field}.endPort", "stands without port");
                return (port.Protocol, null);
            case ({ } first, null):
                return (port.Protocol, PolicyPort.FromText(first.ToString()));
            case ({ } first, { } last):
                if (!first.IsNumber)
                {
                    errors.Add($"{field}.endPort", $"stands beside the named port {ErrorList.Quote(first.Text)}");
                }

                return (port.Protocol, PolicyPort.Range(first.Number, last));
        }
    }
}
