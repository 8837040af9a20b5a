namespace Calico.Cni.Protocol;

/// <summary>The agent's answer: a result, an error, or neither (a verb without result succeeded).</summary>
public sealed record AgentReply(CniResult? Result, CniException? Error);
