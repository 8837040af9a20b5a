using Calico.Model.Net;
using Calico.Policy.Compiled;
using Calico.Policy.Evaluation;

namespace Calico.Tests.Netns.Policy.Oracle;

/// <summary>All who judge a packet on its way: the two ends, and the host endpoints of the hosts that forward it between them.</summary>
internal sealed class Journey(PolicySnapshot world)
{
    private readonly PolicyEvaluator _oracle = new(world);

    /// <summary>In the order in which the packet meets them, up to the one that denies it.</summary>
    public IReadOnlyList<EndpointVerdict> Of(Packet packet)
    {
        var ends = _oracle.Evaluate(packet);
        var (sender, receiver) = (NodeOfWorkload(packet.Source), NodeOfWorkload(packet.Destination));
        var leaves = sender is not null && sender != receiver && sender != NodeOf(packet.Destination);
        var enters = receiver is not null && sender != receiver && receiver != NodeOf(packet.Source);
        EndpointVerdict?[] met =
        [
            ends.Egress,
            leaves ? Forwarded(sender!, PolicyDirection.Egress, packet) : null,
            enters ? Forwarded(receiver!, PolicyDirection.Ingress, packet) : null,
            ends.Ingress,
        ];
        var verdicts = met.OfType<EndpointVerdict>().ToList();
        var denied = verdicts.FindIndex(verdict => !verdict.Allowed);
        return denied < 0 ? verdicts : verdicts[..(denied + 1)];
    }

    // Before it is known where a packet goes, silence leaves it to the next stage.
    private EndpointVerdict? Forwarded(string node, PolicyDirection direction, Packet packet)
    {
        if (world.HostEndpoints.FirstOrDefault(host => host.Spec.Node == node && host.Spec.InterfaceName != "*") is not { } host)
        {
            return null;
        }

        PolicyStage[] stages = direction == PolicyDirection.Ingress ? [PolicyStage.Untracked, PolicyStage.PreDnat, PolicyStage.Forward] : [PolicyStage.Forward];
        return stages.Select(stage => _oracle.EvaluateHost(host.Metadata.Name, direction, stage, packet))
            .First(verdict => verdict.Stage == PolicyStage.Forward || verdict.Reason == VerdictReason.PolicyRule);
    }

    private string? NodeOfWorkload(IpAddress address) =>
        world.Workloads.FirstOrDefault(workload => (workload.Spec.IPNetworks ?? []).Any(net => net.Address == address))?.Spec.Node;

    private string? NodeOf(IpAddress address) => world.HostInterfaces.FirstOrDefault(own => own.Addresses.Contains(address))?.Node;
}
