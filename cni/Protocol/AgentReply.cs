namespace Calico.Cni.Protocol;

/// <summary>The agent's answer: a result, an error, or neither (a verb without result succeeded).</summary>
/// <param name="PendingRevision">
/// ADD: the endpoint is stored at this revision and not in the kernel yet, where everything from and to it is dropped until then; the
/// caller may ask to be told (<see cref="ReadyQuestion"/>). 0: nothing to wait for.
/// </param>
public sealed record AgentReply(CniResult? Result, CniException? Error, long PendingRevision = 0);
