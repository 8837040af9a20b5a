namespace Calico.Ctl.Why.Kernel;

/// <summary>A rule that the kernel has.</summary>
/// <param name="Packets">That it matched since it was written.</param>
/// <param name="Text">As <c>iptables-save</c> prints it, without its chain.</param>
internal readonly record struct CountedRule(long Packets, string Text);
