using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Compiled;

namespace Calico.Policy.Evaluation;

/// <summary>
/// Says what policy does to a packet, and which rule decides: a pure function of a snapshot and the packet. It is written to be
/// read beside the semantics (docs/design/policy.md), not to be fast: the oracle for what the kernel is made to do.
/// </summary>
public sealed class PolicyEvaluator
{
    private readonly PolicySnapshot _snapshot;
    private readonly AddressBook _addresses;
    private readonly IReadOnlyList<PolicyEndpoint> _hosts;
    private readonly IReadOnlyList<OrderedTier> _tiers;
    private readonly RuleMatcher _matcher;

    public PolicyEvaluator(PolicySnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        _snapshot = snapshot;
        var (unreadableProfiles, unreadablePolicies) = (snapshot.Unreadable.Where(IsProfile), snapshot.Unreadable.Where(stored => !IsProfile(stored)));
        var profiles = new ProfileIndex(snapshot.Profiles, unreadableProfiles.Select(stored => PolicyCompiler.UnreadableProfile(stored.Id, stored.Problem)));
        _hosts = [.. snapshot.HostEndpoints.Select(host => PolicyEndpoint.Of(host, InterfaceAddressesOf(host, snapshot), profiles))];
        var workloads = snapshot.Workloads.Select(workload => PolicyEndpoint.Of(workload, profiles));
        _addresses = new AddressBook([.. workloads, .. _hosts], snapshot.NetworkSets, snapshot.Services, profiles);
        _matcher = new RuleMatcher(_addresses);
        _tiers = OrderedTier.Arrange(
            snapshot.Tiers.Select(CompiledTier.Of),
            [
                .. snapshot.Policies.Select(PolicyCompiler.Compile),
                .. snapshot.GlobalPolicies.Select(PolicyCompiler.Compile),
                .. unreadablePolicies.Select(stored => PolicyCompiler.Unreadable(stored.Id, stored.Problem)),
            ]);
    }

    /// <summary>
    /// The verdict of the two ends. Hosts on the way between them are not asked: <see cref="EvaluateHost"/> asks one, and
    /// <see cref="PacketJourney"/> all of them.
    /// </summary>
    public FlowVerdict Evaluate(Packet packet)
    {
        ArgumentNullException.ThrowIfNull(packet);
        return new FlowVerdict(EgressAtSource(packet), IngressAtDestination(packet));
    }

    /// <summary>The verdict of a host endpoint at one stage.</summary>
    /// <exception cref="ArgumentException">There is no such host endpoint.</exception>
    public EndpointVerdict EvaluateHost(string name, PolicyDirection direction, PolicyStage stage, Packet packet)
    {
        ArgumentNullException.ThrowIfNull(packet);
        var id = new PolicyId(ResourceKind.HostEndpoint.Kind, "", name).ToString();
        var host = _hosts.FirstOrDefault(host => host.Id == id) ?? throw new ArgumentException($"there is no {id}", nameof(name));
        return AtStage(host, direction, stage, packet);
    }

    /// <summary>What a host endpoint says of a packet that its host forwards; null when none is for the interface.</summary>
    /// <param name="ofWorkload">The packet passes the interface of a workload, not the one that has the host's addresses.</param>
    internal EndpointVerdict? EvaluateForwarded(string node, bool ofWorkload, PolicyDirection direction, Packet packet)
    {
        var host = _hosts.Where(host => host.Node == node && (host.IsWildcard || (!ofWorkload && host.InterfaceAddresses.Count > 0)))
            .OrderBy(host => host.IsWildcard).ThenBy(host => host.Id, StringComparer.Ordinal).FirstOrDefault();
        if (host is null)
        {
            return null;
        }

        // Before it is known where a packet goes, silence leaves it to the next stage. What comes from workloads is not asked there.
        PolicyStage[] stages = !ofWorkload && direction == PolicyDirection.Ingress ? [PolicyStage.Untracked, PolicyStage.PreDnat, PolicyStage.Forward] : [PolicyStage.Forward];
        return stages.Select(stage => AtStage(host, direction, stage, packet))
            .First(verdict => verdict.Stage == PolicyStage.Forward || verdict.Reason == VerdictReason.PolicyRule);
    }

    private EndpointVerdict AtStage(PolicyEndpoint host, PolicyDirection direction, PolicyStage stage, Packet packet)
    {
        var walk = Walk(host, direction, stage, packet);
        return stage != PolicyStage.Forward && NeverClosed(direction, packet) is { } reason
            ? walk.Verdict(true, reason)
            : walk.ThroughTiers(_tiers)
              ?? (stage == PolicyStage.Normal ? walk.ThroughProfiles() : walk.Verdict(true, VerdictReason.NoPolicyAtStage));
    }

    private EndpointVerdict? EgressAtSource(Packet packet)
    {
        if (WorkloadAt(packet.Source) is { } workload)
        {
            var walk = Walk(workload, PolicyDirection.Egress, PolicyStage.Normal, packet);
            return Encapsulation.Is(packet.Protocol, packet.DestinationPort)
                ? walk.Verdict(false, VerdictReason.EncapsulatedByWorkload)
                : walk.ThroughTiers(_tiers) ?? walk.ThroughProfiles();
        }

        // What a host sends to its own workloads never passes its host endpoint.
        return HostAt(packet.Source) is { } host && WorkloadAt(packet.Destination)?.Node != host.Node
            ? AtHost(host, PolicyDirection.Egress, packet)
            : null;
    }

    private EndpointVerdict? IngressAtDestination(Packet packet)
    {
        if (WorkloadAt(packet.Destination) is { } workload)
        {
            var walk = Walk(workload, PolicyDirection.Ingress, PolicyStage.Normal, packet);
            return NodesAt(packet.Source).Contains(workload.Node)
                ? walk.Verdict(true, VerdictReason.HostToItsWorkload)
                : walk.ThroughTiers(_tiers) ?? walk.ThroughProfiles();
        }

        if (WorkloadAt(packet.Source) is { } sender && NodesAt(packet.Destination).Contains(sender.Node))
        {
            var allowed = _snapshot.Host.WorkloadsReachTheirHost;
            return new EndpointVerdict($"Node {sender.Node}", PolicyDirection.Ingress, PolicyStage.Normal, allowed, VerdictReason.WorkloadToItsHost);
        }

        return HostAt(packet.Destination) is { } host ? AtHost(host, PolicyDirection.Ingress, packet) : null;
    }

    private EndpointVerdict AtHost(PolicyEndpoint host, PolicyDirection direction, Packet packet)
    {
        if (NeverClosed(direction, packet) is { } reason)
        {
            return Walk(host, direction, PolicyStage.Normal, packet).Verdict(true, reason);
        }

        PolicyStage[] stages = direction == PolicyDirection.Ingress
            ? [PolicyStage.Untracked, PolicyStage.PreDnat, PolicyStage.Normal]
            : [PolicyStage.Untracked, PolicyStage.Normal];
        return stages
                .Select(stage => Walk(host, direction, stage, packet).ThroughTiers(_tiers))
                .FirstOrDefault(verdict => verdict is not null)
            ?? Walk(host, direction, PolicyStage.Normal, packet).ThroughProfiles();
    }

    private TierWalk Walk(PolicyEndpoint endpoint, PolicyDirection direction, PolicyStage stage, Packet packet) =>
        new(endpoint, direction, stage, packet, _matcher);

    private VerdictReason? NeverClosed(PolicyDirection direction, Packet packet) =>
        packet is { Protocol: 58, Family: IpFamily.IPv6 } && HostSettings.LinkTypes.Contains(packet.IcmpType) ? VerdictReason.LinkMessage
        : (direction == PolicyDirection.Ingress ? _snapshot.Host.FailsafeInbound : _snapshot.Host.FailsafeOutbound)
        .Contains(new FailsafePort(packet.Protocol, packet.DestinationPort)) ? VerdictReason.FailsafePort
        : null;

    private static bool IsProfile(UnreadableObject stored) => stored.Id.Kind == ResourceKind.Profile.Kind;

    private PolicyEndpoint? WorkloadAt(IpAddress address) => _addresses.EndpointsAt(address).FirstOrDefault(endpoint => !endpoint.IsHost);

    private PolicyEndpoint? HostAt(IpAddress address) =>
        _hosts.Where(host => host.InterfaceAddresses.Contains(address))
            .OrderBy(host => host.IsWildcard).ThenBy(host => host.Id, StringComparer.Ordinal).FirstOrDefault();

    private IEnumerable<string> NodesAt(IpAddress address) =>
        _snapshot.HostInterfaces.Where(own => own.Addresses.Contains(address)).Select(own => own.Node)
            .Concat(_addresses.EndpointsAt(address).Where(endpoint => endpoint.IsHost).Select(endpoint => endpoint.Node));

    // A host endpoint is for the interface that it names, for all of them (*), or for the one that has an address it expects.
    private static IEnumerable<IpAddress> InterfaceAddressesOf(Resource<HostEndpointSpec> host, PolicySnapshot snapshot)
    {
        var expected = HostEndpointAddresses.Of(host.Spec).ToList();
        var named = host.Spec.InterfaceName;
        var interfaces = snapshot.HostInterfaces.Where(own => own.Node == host.Spec.Node
            && (string.IsNullOrEmpty(named) ? own.Addresses.Any(expected.Contains) : named == "*" || named == own.Name));
        return interfaces.SelectMany(own => own.Addresses);
    }
}
