namespace Calico.Cni.Protocol;

/// <summary>A call of a plugin on its way to the agent.</summary>
/// <param name="Plugin">The call as the runtime made it.</param>
/// <param name="HostIfIndex">DEL: the host end of the pod's veth, for the agent to delete once the release is committed; 0 when there is none.</param>
/// <param name="Ready">Not the call itself: the question, after its ADD, whether policy is in the kernel.</param>
public sealed record AgentRequest(PluginRequest Plugin, int HostIfIndex = 0, ReadyQuestion? Ready = null);
