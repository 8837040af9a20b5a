using Calico.Agent.Calc.Messages;
using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Policy.Compiled;
using Calico.Policy.Evaluation;

namespace Calico.Agent.Dataplane.Conntrack;

/// <summary>
/// Says whether policy now denies the first packet of a flow at an end that is a local workload: what the rules in the kernel would say if
/// the flow began now. Ends that are not here, and host endpoints, are not asked. Pure.
/// </summary>
internal sealed class FlowJudge(ActiveState state, bool workloadsReachTheirHost)
{
    /// <param name="hostAddresses">The addresses of this host.</param>
    public bool Denies(in Flow flow, IReadOnlySet<IpAddress> hostAddresses)
    {
        if (state.EndpointAt(flow.Source) is { } source)
        {
            if (Encapsulation.Is(flow.Protocol, flow.DestinationPort) || !Allows(source, PolicyDirection.Egress, flow))
            {
                return true;
            }

            if (hostAddresses.Contains(flow.Destination))
            {
                return !workloadsReachTheirHost;
            }
        }

        // A host always reaches the workloads that it runs.
        return state.EndpointAt(flow.Destination) is { } destination
            && !hostAddresses.Contains(flow.Source)
            && !Allows(destination, PolicyDirection.Ingress, flow);
    }

    private bool Allows(WorkloadEndpointUpdate endpoint, PolicyDirection direction, in Flow flow)
    {
        foreach (var tier in endpoint.Tiers.AsSpan())
        {
            var policies = direction == PolicyDirection.Ingress ? tier.Ingress : tier.Egress;
            switch (Decide(policies, direction, flow))
            {
                case RuleAction.Allow:
                    return true;
                case RuleAction.Deny:
                    return false;
                case null when policies.Count > 0 && !tier.PassesAtEnd:
                    return false;
            }
        }

        foreach (var name in endpoint.Profiles.AsSpan())
        {
            if (state.Profile(name) is { } profile
                && Decide(direction == PolicyDirection.Ingress ? profile.Ingress : profile.Egress, flow) is { } action and not RuleAction.Pass)
            {
                return action == RuleAction.Allow;
            }
        }

        return false;
    }

    private RuleAction? Decide(ValueArray<PolicyId> policies, PolicyDirection direction, in Flow flow)
    {
        foreach (var id in policies.AsSpan())
        {
            if (state.Policy(id) is { } policy
                && Decide(direction == PolicyDirection.Ingress ? policy.Ingress : policy.Egress, flow) is { } action)
            {
                return action;
            }
        }

        return null;
    }

    private RuleAction? Decide(ValueArray<ActiveRule> rules, in Flow flow)
    {
        foreach (var rule in rules.AsSpan())
        {
            if (rule.Action != RuleAction.Log && Matches(rule, flow))
            {
                return rule.Action;
            }
        }

        return null;
    }

    private bool Matches(ActiveRule rule, in Flow flow) =>
        !rule.MatchesNothing
        && (rule.Family is null || rule.Family == flow.Source.Family)
        && (rule.Protocol is null || rule.Protocol == flow.Protocol)
        && rule.NotProtocol != flow.Protocol
        && rule.Icmp?.Matches(flow.IcmpType, flow.IcmpCode) != false
        && rule.NotIcmp?.Matches(flow.IcmpType, flow.IcmpCode) != true
        && Matches(rule.Source, flow, flow.Source, flow.SourcePort)
        && Matches(rule.Destination, flow, flow.Destination, flow.DestinationPort)
        && IsFromService(rule.Source, flow)
        && IsToService(rule.Destination, flow);

    private bool Matches(ActiveEntity entity, in Flow flow, IpAddress address, int port) =>
        (entity.Nets.Count == 0 || Holds(entity.Nets, address))
        && !Holds(entity.NotNets, address)
        && (entity.Set is null || state.Set(entity.Set)?.Contains(address) == true)
        && (entity.ListSet is null || state.Set(entity.ListSet)?.Contains(address) == true)
        && (entity.NotListSet is null || state.Set(entity.NotListSet)?.Contains(address) != true)
        && (entity.NetPortSet is null || state.Set(entity.NetPortSet)?.Contains(address, flow.Protocol, flow.DestinationPort) == true)
        && (entity.NotSet is null || state.Set(entity.NotSet)?.Contains(address) != true)
        && (entity.Ports.Count + entity.PortSets.Count == 0 || HasPort(entity.Ports, entity.PortSets, flow, address, port))
        && !HasPort(entity.NotPorts, entity.NotPortSets, flow, address, port);

    // Towards a service only its ports are meant; what comes from it comes from any port.
    private bool IsFromService(ActiveEntity source, in Flow flow) =>
        source.ServiceSet is null || state.Set(source.ServiceSet)?.Contains(flow.Source) == true;

    private bool IsToService(ActiveEntity destination, in Flow flow) =>
        destination.ServiceSet is null
        || state.Set(destination.ServiceSet)?.Contains(flow.Destination, flow.Protocol, flow.DestinationPort) == true;

    private bool HasPort(ValueArray<PolicyPort> ports, ValueArray<string> sets, in Flow flow, IpAddress address, int port)
    {
        if (!flow.HasPorts)
        {
            return false;
        }

        foreach (var entry in ports.AsSpan())
        {
            if (entry.Contains(port))
            {
                return true;
            }
        }

        foreach (var id in sets.AsSpan())
        {
            if (state.Set(id)?.Contains(address, flow.Protocol, port) == true)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Holds(ValueArray<Cidr> nets, IpAddress address)
    {
        foreach (var net in nets.AsSpan())
        {
            if (net.Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
