namespace Calico.Policy.Compiled;

/// <summary>Where a policy is enforced. Workload endpoints know <see cref="Normal"/> alone; the others are of host endpoints.</summary>
public enum PolicyStage
{
    /// <summary>Traffic that begins or ends at the endpoint.</summary>
    Normal,

    /// <summary>Traffic that a host forwards: policies with applyOnForward.</summary>
    Forward,

    /// <summary>Before connection tracking: policies with doNotTrack.</summary>
    Untracked,

    /// <summary>Before DNAT, ingress only: policies with preDNAT.</summary>
    PreDnat,
}
