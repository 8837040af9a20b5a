using System.Collections.Immutable;
using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Policy.Compiled;
using Calico.Policy.Selectors;

namespace Calico.Policy.Evaluation;

/// <summary>Says whether a rule matches a packet: every condition that is there must hold.</summary>
internal sealed class RuleMatcher(AddressBook addresses)
{
    public bool Matches(CompiledRule rule, Packet packet) =>
        !rule.MatchesNothing
        && (rule.Family is null || rule.Family == packet.Family)
        && (rule.Protocol is null || rule.Protocol == packet.Protocol)
        && rule.NotProtocol != packet.Protocol
        && rule.Icmp?.Matches(packet.IcmpType, packet.IcmpCode) != false
        && rule.NotIcmp?.Matches(packet.IcmpType, packet.IcmpCode) != true
        && Matches(rule.Source, packet, packet.Source, packet.SourcePort, isDestination: false)
        && Matches(rule.Destination, packet, packet.Destination, packet.DestinationPort, isDestination: true);

    private bool Matches(CompiledEntity entity, Packet packet, IpAddress address, int port, bool isDestination) =>
        (entity.Nets.IsEmpty || entity.Nets.Any(net => net.Contains(address)))
        && !entity.NotNets.Any(net => net.Contains(address))
        && (entity.Selector is null || addresses.IsSelected(address, entity.Selector))
        && (entity.NotSelector is null || !addresses.IsSelected(address, entity.NotSelector))
        && (entity.Ports.IsEmpty || HasPort(entity.Ports, entity.Selector, packet, address, port))
        && !HasPort(entity.NotPorts, entity.Selector, packet, address, port)
        && (entity.Service is not { } service || IsOf(service, packet, address, isDestination));

    // A name stands for the port that a selected endpoint at this address gives it; an address without such a port does not match.
    private bool HasPort(ImmutableArray<PolicyPort> ports, Selector? selector, Packet packet, IpAddress address, int port) =>
        packet.HasPorts && ports.Any(entry =>
            entry.IsNamed ? addresses.HasNamedPort(address, selector, entry.Name, packet.Protocol, port) : entry.Contains(port));

    // Towards a service only its ports are meant; what comes from it comes from any port.
    private bool IsOf(ServiceName service, Packet packet, IpAddress address, bool isDestination) => isDestination
        ? addresses.IsBackend(service, address, packet.Protocol, packet.DestinationPort)
        : addresses.IsBackend(service, address);
}
