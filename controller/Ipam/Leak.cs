using Calico.Ipam.Core.Collection;

namespace Calico.Controller.Ipam;

/// <summary>A holding to be taken back, and why.</summary>
/// <param name="Answer">The question that the node answered with "not in use"; null where no node is left to be asked.</param>
internal sealed record Leak(Holding Holding, LeakReason Reason, DateTimeOffset? Answer = null);
