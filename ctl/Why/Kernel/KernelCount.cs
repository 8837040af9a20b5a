namespace Calico.Ctl.Why.Kernel;

/// <summary>What this host's kernel has counted where a verdict is enforced, of packets that open connections.</summary>
/// <param name="Chain">Of the endpoint's interface.</param>
/// <param name="IsInForce">The chain has the rule that makes the decision.</param>
/// <param name="Asked">Packets of the interface about which the deciding policy or profile was asked; null where the end of a tier or of the profiles decides.</param>
/// <param name="Allowed">Of these it allowed so many.</param>
/// <param name="Denied">Dropped where the verdict denies: at the end of the tier or of the profiles, or by the policy's own rules, which count what all interfaces of the host send there.</param>
internal sealed record KernelCount(string Chain, bool IsInForce, long? Asked = null, long? Allowed = null, long? Denied = null);
