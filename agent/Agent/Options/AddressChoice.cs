using Calico.Model.Net;

namespace Calico.Agent.Options;

/// <summary>How a node gets its address of one family.</summary>
/// <param name="Fixed">The address the operator gave; null to detect one. The prefix is that of the interface when none was given.</param>
/// <param name="IsNone">The node has no address of this family.</param>
internal sealed record AddressChoice(IpFamily Family, InterfaceAddress? Fixed, bool IsNone, DetectionMethod Method);
