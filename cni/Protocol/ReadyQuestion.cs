namespace Calico.Cni.Protocol;

/// <summary>Is the endpoint of this attachment in the kernel as the datastore has it?</summary>
/// <param name="Revision">What the reply to the ADD said (<see cref="AgentReply.PendingRevision"/>).</param>
/// <param name="TimeoutSeconds">How long the caller waits for the answer.</param>
public sealed record ReadyQuestion(long Revision, int TimeoutSeconds);
