namespace Calico.Agent.Status;

/// <param name="Blocks">CIDRs of the blocks that this node owns.</param>
/// <param name="Problems">What is left out of routing, and why.</param>
internal sealed record RoutingSummary(IReadOnlyList<string> Blocks, IReadOnlyList<string> Problems);
