namespace Calico.Policy.Evaluation;

/// <summary>What happens to a packet from end to end: both ends must allow it.</summary>
/// <param name="Egress">At the endpoint that sends; null when no endpoint of ours does.</param>
/// <param name="Ingress">At the endpoint that receives; null when none of ours does.</param>
public sealed record FlowVerdict(EndpointVerdict? Egress, EndpointVerdict? Ingress)
{
    public bool Allowed => Egress is not { Allowed: false } && Ingress is not { Allowed: false };

    public override string ToString() =>
        $"{(Allowed ? "allowed" : "denied")} ({Egress?.ToString() ?? "sender unpoliced"}; {Ingress?.ToString() ?? "receiver unpoliced"})";
}
