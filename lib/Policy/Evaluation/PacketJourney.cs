using Calico.Model.Net;
using Calico.Policy.Compiled;

namespace Calico.Policy.Evaluation;

/// <summary>All who judge a packet on its way: the two ends, and the host endpoints of the hosts that forward it between them.</summary>
/// <remarks>A host is taken to send to others through the interface that has its addresses.</remarks>
public sealed class PacketJourney(PolicySnapshot world)
{
    private readonly PolicyEvaluator _evaluator = new(world);

    /// <summary>In the order in which the packet meets them, up to the one that denies it.</summary>
    /// <param name="leavesAs">The source that the packet has once it left the sender's host, where that translates it; null for its own.</param>
    public IReadOnlyList<EndpointVerdict> Of(Packet packet, IpAddress? leavesAs = null)
    {
        ArgumentNullException.ThrowIfNull(packet);
        var outside = leavesAs is { } source ? packet with { Source = source } : packet;
        var (sender, receiver) = (NodeOfWorkload(packet.Source), NodeOfWorkload(packet.Destination));
        var leaves = sender is not null && sender != receiver && sender != NodeOf(packet.Destination);
        var enters = receiver is not null && sender != receiver && receiver != NodeOf(packet.Source);
        var stays = sender is not null && sender == receiver;
        EndpointVerdict?[] met =
        [
            leaves || stays ? _evaluator.EvaluateForwarded(sender!, ofWorkload: true, PolicyDirection.Ingress, packet) : null,
            _evaluator.Evaluate(packet).Egress,
            leaves ? _evaluator.EvaluateForwarded(sender!, ofWorkload: false, PolicyDirection.Egress, packet) : null,
            enters ? _evaluator.EvaluateForwarded(receiver!, ofWorkload: false, PolicyDirection.Ingress, outside) : null,
            _evaluator.Evaluate(leaves ? outside : packet).Ingress,
            enters || stays ? _evaluator.EvaluateForwarded(receiver!, ofWorkload: true, PolicyDirection.Egress, leaves ? outside : packet) : null,
        ];
        var verdicts = met.OfType<EndpointVerdict>().ToList();
        var denied = verdicts.FindIndex(verdict => !verdict.Allowed);
        return denied < 0 ? verdicts : verdicts[..(denied + 1)];
    }

    private string? NodeOfWorkload(IpAddress address) =>
        world.Workloads.FirstOrDefault(workload => (workload.Spec.IPNetworks ?? []).Any(net => net.Address == address))?.Spec.Node;

    private string? NodeOf(IpAddress address) => world.HostInterfaces.FirstOrDefault(own => own.Addresses.Contains(address))?.Node;
}
