using System.Collections.Immutable;
using Calico.Ctl.Why.Kernel;
using Calico.Model.Net;
using Calico.Policy.Evaluation;

namespace Calico.Ctl.Why;

/// <summary>What becomes of the packets of a question.</summary>
/// <param name="Flows">One for each family that both ends have.</param>
/// <param name="Notes">What is wrong, or not known, beside the verdict.</param>
internal sealed record WhyAnswer(long Revision, End Source, End Destination, ImmutableArray<FlowAnswer> Flows, ImmutableArray<string> Notes)
{
    public bool Allowed => Flows.All(flow => flow.Allowed);
}

/// <summary>What becomes of one packet.</summary>
/// <param name="Stops">Who judged it, in the order in which it met them; the one that denied is the last.</param>
/// <param name="Advice">What to do so that it is allowed; empty for one that is.</param>
internal sealed record FlowAnswer(Packet Packet, ImmutableArray<Stop> Stops, RouteAnswer Route, ImmutableArray<string> Advice)
{
    public bool Allowed => Stops.All(stop => stop.Verdict.Allowed);
}

/// <summary>An endpoint that judged a packet.</summary>
/// <param name="Who">For people.</param>
/// <param name="Lines">Why, a sentence each.</param>
internal sealed record Stop(EndpointVerdict Verdict, string Who, ImmutableArray<string> Lines)
{
    /// <summary>What the kernel of this host has counted; null when that was not asked, or is not known here.</summary>
    public KernelCount? Kernel { get; init; }
}

/// <summary>The way that a packet takes.</summary>
/// <param name="LeavesAs">The source that it has outside of its node, where that translates it.</param>
/// <param name="Mtu">Of the pods' interfaces that this host has, in bytes.</param>
/// <param name="Lines">The same in sentences.</param>
internal sealed record RouteAnswer(Placement Source, Placement Destination, IpAddress? LeavesAs, int? Mtu, ImmutableArray<string> Lines);

/// <summary>Where address management has an address.</summary>
/// <param name="Pool">Its name; null outside of all pools.</param>
/// <param name="Block">Null outside of all pools, or when the block is not stored.</param>
/// <param name="IsAllocated">Null when that cannot be known.</param>
internal sealed record Placement(IpAddress Address, string? Pool, Cidr? Block, string? BlockOwner, string? AffinityState, bool? IsAllocated);
