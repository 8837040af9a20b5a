using Calico.Model.Policy;
using Calico.Policy.Compiled;
using Calico.Policy.Evaluation;

namespace Calico.Tests.Netns.Policy.Oracle;

/// <summary>
/// Which kinds of rules decided about a packet, and how often. A run that never met a kind has shown nothing about it: <see cref="Missing"/> says which.
/// </summary>
internal sealed class Coverage
{
    /// <summary>What the names of policies begin with that are many rules which differ in little.</summary>
    public const string PlainPrefix = "plain";

    // A kind that was met once may have been met by luck.
    private const int Enough = 3;

    private static readonly string[] OfBothFamilies =
    [
        "Allow", "Deny", "Pass", "net", "excluded net", "selector", "excluded selector", "network set", "port", "range of ports", "named port", "excluded port",
        "ICMP type", "excluded protocol", "profile", "end of a tier", "nothing that allows", "many alike", "rule of a tier before the last",
    ];

    private static readonly string[] OfAny =
    [
        "Log", "source port", "excluded ICMP type", "namespace selector", "service account", "more ports than one match takes", "list of nets", "excluded list of nets",
        "TCP", "UDP", "SCTP", "UDPLite", "protocol by number", "global policy",
        "host to its workload", "workload to its host", "encapsulation", "fail-safe port inbound", "fail-safe port outbound",
        .. new[] { "Allow", "Deny" }.SelectMany(action => new[]
        {
            $"host endpoint, Normal Ingress {action}", $"host endpoint, Normal Egress {action}", $"host endpoint, Forward Ingress {action}", $"host endpoint, Forward Egress {action}",
            $"host endpoint, Untracked Ingress {action}", $"host endpoint, Untracked Egress {action}", $"host endpoint, PreDnat Ingress {action}",
        }),
    ];

    private readonly Dictionary<string, int> _seen = [];

    private static readonly HashSet<string> RequiredKinds = [.. OfAny, .. OfBothFamilies.SelectMany(kind => new[] { $"{kind}, IPv4", $"{kind}, IPv6" })];

    public IReadOnlyList<string> Missing => [.. RequiredKinds.Where(kind => !_seen.ContainsKey(kind))];

    /// <summary>Of these kinds, how much is still to be shown: one that was never met weighs more than one that was met once.</summary>
    public int Worth(IEnumerable<string> kinds) => kinds.Where(RequiredKinds.Contains).Sum(kind => _seen.GetValueOrDefault(kind) switch { 0 => 100, < Enough => 1, _ => 0 });

    public void Add(IEnumerable<string> kinds)
    {
        foreach (var kind in kinds)
        {
            _seen[kind] = _seen.GetValueOrDefault(kind) + 1;
        }
    }

    public override string ToString() => string.Join(", ", RequiredKinds.Select(kind => $"{kind} {_seen.GetValueOrDefault(kind)}"));

    /// <summary>What a packet shows if it meets its fate.</summary>
    public static HashSet<string> Of(PolicySnapshot world, Packet packet, IEnumerable<EndpointVerdict> verdicts) =>
        [.. verdicts.SelectMany(verdict => OfVerdict(world, verdict)).SelectMany(kind => new[] { kind, $"{kind}, {packet.Family}" })];

    private static IEnumerable<string> OfVerdict(PolicySnapshot world, EndpointVerdict verdict)
    {
        IEnumerable<string> kinds = verdict.Reason switch
        {
            VerdictReason.PolicyRule => OfRule(world, verdict.Rule!).Append(verdict.Tier == "default" ? "rule of the last tier" : "rule of a tier before the last"),
            VerdictReason.ProfileRule => ["profile"],
            VerdictReason.EndOfTier => ["end of a tier"],
            VerdictReason.NoProfileMatch => ["nothing that allows"],
            VerdictReason.HostToItsWorkload => ["host to its workload"],
            VerdictReason.WorkloadToItsHost => ["workload to its host"],
            VerdictReason.EncapsulatedByWorkload => ["encapsulation"],
            VerdictReason.FailsafePort => [verdict.Direction == PolicyDirection.Ingress ? "fail-safe port inbound" : "fail-safe port outbound"],
            _ => [],
        };
        if (verdict.Reason == VerdictReason.PolicyRule && verdict.Endpoint.StartsWith("HostEndpoint", StringComparison.Ordinal))
        {
            kinds = kinds.Append($"host endpoint, {verdict.Stage} {verdict.Direction} {(verdict.Allowed ? "Allow" : "Deny")}");
        }

        return kinds.Concat(verdict.Passed.Select(_ => "Pass")).Concat(verdict.Logged.Select(_ => "Log"));
    }

    private static IEnumerable<string> OfRule(PolicySnapshot world, RuleReference reference)
    {
        if (RuleOf(world, reference) is not { } rule)
        {
            return []; // what a policy with a mistake denies
        }

        var (source, destination) = (rule.Source ?? new EntityRule(), rule.Destination ?? new EntityRule());
        return
        [
            rule.Action!,
            .. OfProtocol(rule),
            .. OfEntity(source),
            .. OfEntity(destination),
            .. OfPorts(destination.Ports ?? []),
            .. source.Ports is { Count: > 0 } ? ["source port"] : Array.Empty<string>(),
            .. reference.Policy.Name.Contains(PlainPrefix, StringComparison.Ordinal) ? ["many alike"] : Array.Empty<string>(),
            .. reference.Policy.Namespace.Length == 0 ? ["global policy"] : Array.Empty<string>(),
        ];
    }

    private static IEnumerable<string> OfProtocol(PolicyRule rule) => Kinds(
        (rule.Protocol?.Number == 6, "TCP"), (rule.Protocol?.Number == 17, "UDP"), (rule.Protocol?.Number == 132, "SCTP"), (rule.Protocol?.Number == 136, "UDPLite"),
        (rule.Protocol?.Number == 253, "protocol by number"), (rule.NotProtocol is not null, "excluded protocol"),
        (rule.Icmp is not null, "ICMP type"), (rule.NotIcmp is not null, "excluded ICMP type"));

    private static IEnumerable<string> OfEntity(EntityRule entity) => Kinds(
        (entity.Nets is { Count: > 0 }, "net"), (entity.NotNets is { Count: > 0 }, "excluded net"),
        (entity.Nets is { Count: >= 4 }, "list of nets"), (entity.NotNets is { Count: >= 4 }, "excluded list of nets"),
        (entity.Selector is not null, "selector"), (entity.NotSelector is not null, "excluded selector"), (entity.Selector is "kind == 'outside'" or "kind == 'pods'", "network set"),
        (entity.NamespaceSelector is not null, "namespace selector"), (entity.ServiceAccounts is not null, "service account"), (entity.NotPorts is { Count: > 0 }, "excluded port"));

    private static IEnumerable<string> OfPorts(IReadOnlyList<PolicyPort> ports) => Kinds(
        (ports.Any(port => !port.IsNamed && port.First == port.Last), "port"), (ports.Any(port => port.First != port.Last), "range of ports"),
        (ports.Any(port => port.IsNamed), "named port"), (ports.Count > 15, "more ports than one match takes"));

    private static IEnumerable<string> Kinds(params (bool Has, string Kind)[] kinds) => kinds.Where(kind => kind.Has).Select(kind => kind.Kind);

    private static PolicyRule? RuleOf(PolicySnapshot world, RuleReference reference)
    {
        var rules = world.Policies.Where(policy => reference.Policy == new PolicyId(policy.Kind, policy.Metadata.Namespace!, policy.Metadata.Name))
            .Select(policy => (policy.Spec.Ingress, policy.Spec.Egress))
            .Concat(world.GlobalPolicies.Where(policy => reference.Policy == new PolicyId(policy.Kind, "", policy.Metadata.Name)).Select(policy => (policy.Spec.Ingress, policy.Spec.Egress)))
            .Select(both => reference.Direction == PolicyDirection.Ingress ? both.Ingress : both.Egress)
            .FirstOrDefault();
        return rules is not null && reference.Index < rules.Count ? rules[reference.Index] : null;
    }
}
