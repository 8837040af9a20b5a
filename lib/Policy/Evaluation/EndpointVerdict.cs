using System.Collections.Immutable;
using Calico.Policy.Compiled;

namespace Calico.Policy.Evaluation;

/// <summary>What decided.</summary>
public enum VerdictReason
{
    /// <summary>A rule of a policy.</summary>
    PolicyRule,

    /// <summary>Policies of a tier select the endpoint and none of their rules decided.</summary>
    EndOfTier,

    /// <summary>A rule of one of the endpoint's profiles.</summary>
    ProfileRule,

    /// <summary>Neither a policy nor a profile decided: dropped.</summary>
    NoProfileMatch,

    /// <summary>A host's fail-safe port.</summary>
    FailsafePort,

    /// <summary>An ICMPv6 message without which a host's link does not work.</summary>
    LinkMessage,

    /// <summary>A host always reaches the workloads that it runs.</summary>
    HostToItsWorkload,

    /// <summary>A workload to its own host: DefaultEndpointToHostAction.</summary>
    WorkloadToItsHost,

    /// <summary>A workload may not speak VXLAN or IP in IP, or it could pose as a node.</summary>
    EncapsulatedByWorkload,

    /// <summary>No policy decided about traffic that a host forwards, or about a stage before the normal one.</summary>
    NoPolicyAtStage,
}

/// <summary>A rule by its place, counted from 0 as in the object.</summary>
public sealed record RuleReference(PolicyId Policy, PolicyDirection Direction, int Index)
{
    public override string ToString() => $"rule {Direction.ToString().ToLowerInvariant()}[{Index}] of {Policy}";
}

/// <summary>What happens to a packet at one endpoint, and why.</summary>
/// <param name="Endpoint">Kind and name.</param>
public sealed record EndpointVerdict(string Endpoint, PolicyDirection Direction, PolicyStage Stage, bool Allowed, VerdictReason Reason)
{
    /// <summary>Of the deciding rule, or the tier at whose end the packet was denied.</summary>
    public string? Tier { get; init; }

    /// <summary>The deciding rule; a profile's has the kind Profile.</summary>
    public RuleReference? Rule { get; init; }

    /// <summary>The Log rules that the packet met on its way.</summary>
    public ImmutableArray<RuleReference> Logged { get; init; } = [];

    /// <summary>The Pass rules that it met: each ended a tier for it.</summary>
    public ImmutableArray<RuleReference> Passed { get; init; } = [];

    /// <summary>The tiers that it went through, in order.</summary>
    public ImmutableArray<TierStep> Steps { get; init; } = [];

    public override string ToString()
    {
        var why = Reason switch
        {
            VerdictReason.PolicyRule => $"{Rule} in tier {Tier}",
            VerdictReason.EndOfTier => $"end of tier {Tier}: its policies select the endpoint and no rule matched",
            VerdictReason.ProfileRule => $"{Rule}; no policy decided",
            VerdictReason.NoProfileMatch => "no policy and no profile decided",
            VerdictReason.FailsafePort => "fail-safe port of the host",
            VerdictReason.LinkMessage => "ICMPv6 messages of the host's link",
            VerdictReason.HostToItsWorkload => "a host reaches its own workloads",
            VerdictReason.WorkloadToItsHost => "DefaultEndpointToHostAction",
            VerdictReason.EncapsulatedByWorkload => "a workload may not send VXLAN or IP in IP",
            _ => "no policy decided at this stage",
        };
        return $"{Endpoint}: {Direction.ToString().ToLowerInvariant()} {(Allowed ? "allowed" : "denied")} by {why}";
    }
}
