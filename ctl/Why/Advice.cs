using Calico.Model.Policy;
using Calico.Policy.Compiled;
using Calico.Policy.Evaluation;
using Calico.Policy.Resources;

namespace Calico.Ctl.Why;

/// <summary>What to do so that a packet which is denied is allowed. Pure.</summary>
internal sealed class Advice(PolicyBook book, StoredWorld world)
{
    /// <summary>What a rule generated from Kubernetes' own begins with in the datastore.</summary>
    private const string OfKubernetes = "knp.default.";

    /// <summary>Labels by which people tell workloads apart, the usual first.</summary>
    private static readonly string[] Telling = ["app", "app.kubernetes.io/name", "k8s-app", "run"];

    public IEnumerable<string> For(EndpointVerdict denied, WhyCase @case, Packet packet) => denied.Reason switch
    {
        VerdictReason.EndOfTier => AddRule(Preferred(denied.Steps[^1].Policies), denied, @case, packet),
        VerdictReason.PolicyRule when !book.ErrorsOf(denied.Rule!.Policy).IsEmpty => [$"put {denied.Rule.Policy} right: 'calicoctl validate' names all that is wrong with it"],
        VerdictReason.PolicyRule => [$"change {VerdictWords.Place(denied.Rule!)}{Where(denied.Rule!.Policy)}, or put before it, in tier {denied.Tier} or an earlier one, a rule that allows:", .. Rule(denied.Rule.Policy, denied, @case, packet)],
        VerdictReason.ProfileRule => [$"change {VerdictWords.Place(denied.Rule!)}, or make a policy that selects {Subject(denied, @case)} and allows:", .. Rule(null, denied, @case, packet)],
        VerdictReason.NoProfileMatch => NoProfile(denied, @case, packet),
        VerdictReason.WorkloadToItsHost => [$"set {HostOptions.EndpointToHost}=Accept (or Return) for the agents, if pods shall reach their own nodes; this program takes the agents' default, Drop, where its own environment does not say otherwise"],
        _ => [],
    };

    /// <summary>One of the namespace is rather meant for it than a global one; one that users may change rather than one made from Kubernetes'.</summary>
    private static PolicyId Preferred(IReadOnlyList<PolicyId> policies) =>
        policies.OrderBy(policy => PolicyNames.IsGenerated(policy.Name)).ThenBy(policy => policy.Namespace.Length == 0).First();

    private static string Subject(EndpointVerdict denied, WhyCase @case)
    {
        var end = denied.Direction == PolicyDirection.Ingress ? @case.Destination : @case.Source;
        return end.Kind == EndKind.Workload ? end.Name : denied.Endpoint;
    }

    private static string Where(PolicyId policy) => !PolicyNames.IsGenerated(policy.Name) ? ""
        : policy.Name.StartsWith(OfKubernetes, StringComparison.Ordinal) ? $" (made from Kubernetes' NetworkPolicy {policy.Namespace}/{policy.Name[OfKubernetes.Length..]}: change that)"
        : " (made from Kubernetes' ClusterNetworkPolicy of that name: change that)";

    private static IEnumerable<string> AddRule(PolicyId policy, EndpointVerdict denied, WhyCase @case, Packet packet)
    {
        var section = denied.Direction.ToString().ToLowerInvariant();
        return policy.Name.StartsWith(OfKubernetes, StringComparison.Ordinal)
            ? [$"add a rule that allows it to spec.{section} of Kubernetes' NetworkPolicy: kubectl -n {policy.Namespace} edit networkpolicy {policy.Name[OfKubernetes.Length..]}"]
            : [$"add a rule to spec.{section} of {policy}{Where(policy)} that allows it:", .. Rule(policy, denied, @case, packet)];
    }

    private IEnumerable<string> NoProfile(EndpointVerdict denied, WhyCase @case, Packet packet)
    {
        var end = denied.Direction == PolicyDirection.Ingress ? @case.Destination : @case.Source;
        var named = end.Workload?.Spec.Profiles ?? [];
        var missing = named.Where(name => !world.HasProfile(name)).ToList();
        var policy = $"make a policy that selects {Subject(denied, @case)} and allows:";
        return missing.Count > 0 && missing.Count == named.Count
            ? [$"none of its profiles ({string.Join(", ", missing)}) is stored: calico-controller makes those of Kubernetes' namespaces, look whether it runs; or {policy}", .. Rule(null, denied, @case, packet)]
            : [policy, .. Rule(null, denied, @case, packet)];
    }

    /// <summary>A rule in YAML, for the packet and whoever is at the other end.</summary>
    private static IEnumerable<string> Rule(PolicyId? policy, EndpointVerdict denied, WhyCase @case, Packet packet)
    {
        var isIngress = denied.Direction == PolicyDirection.Ingress;
        yield return "  - action: Allow";
        yield return $"    protocol: {ProtocolWords.InRule(packet.Protocol)}";
        var peer = Peer(isIngress ? @case.Source : @case.Destination, isIngress ? packet.Source : packet.Destination, policy?.Namespace).ToList();
        var ports = packet.DestinationPort > 0 && PolicyProtocol.IsWithPorts(packet.Protocol) ? [$"      ports: [{packet.DestinationPort}]"] : Array.Empty<string>();
        string[] lines = isIngress
            ? ["    source:", .. peer, .. ports.Length > 0 ? ["    destination:", .. ports] : Array.Empty<string>()]
            : ["    destination:", .. peer, .. ports];
        foreach (var line in lines)
        {
            yield return line;
        }
    }

    private static IEnumerable<string> Peer(End end, Model.Net.IpAddress address, string? policyNamespace)
    {
        var labels = end.Workload?.Metadata.Labels ?? [];
        if (Array.Find(Telling, labels.ContainsKey) is not { } label)
        {
            yield return $"      nets: [{address.ToCidr()}]";
            yield break;
        }

        yield return $"      selector: {label} == '{labels[label]}'";
        if (end.Workload!.Metadata.Namespace != policyNamespace)
        {
            yield return $"      namespaceSelector: projectcalico.org/name == '{end.Workload.Metadata.Namespace}'";
        }
    }
}
