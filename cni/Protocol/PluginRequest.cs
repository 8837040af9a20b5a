namespace Calico.Cni.Protocol;

/// <summary>
/// One call of a plugin, as the runtime made it: the parameters of the environment and the conf of standard input. The same request
/// goes to the agent's socket and to <c>calico-ipam</c>, so that both do the same.
/// </summary>
/// <param name="Conf">The network configuration, the bytes as received.</param>
public sealed record PluginRequest(CniCommand Command, string ContainerId, string NetNs, string IfName, string Args, string Path, ReadOnlyMemory<byte> Conf);
