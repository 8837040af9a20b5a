namespace Calico.Agent.Dataplane.Iptables;

/// <summary>What the kernel would not take of one chain. Another wish is tried at once.</summary>
/// <param name="Due">When to try the same again.</param>
internal sealed record Refusal(string Message, DateTimeOffset Due);
