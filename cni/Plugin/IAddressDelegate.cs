using Calico.Cni.Protocol;

namespace Calico.Cni.Plugin;

/// <summary>Who gives and takes addresses: the agent, calico-ipam, or another IPAM plugin.</summary>
internal interface IAddressDelegate
{
    /// <summary>Hands the call on.</summary>
    /// <param name="hostIfIndex">DEL: the host end of the pod's veth, for the agent to delete after the release; 0 if there is none.</param>
    /// <param name="meanwhile">Done while the answer is on its way; more than once if a second delegate has to be asked.</param>
    /// <exception cref="CniException">The delegate's own error, unchanged; or nobody could be asked.</exception>
    DelegateAnswer Ask(PluginRequest request, int hostIfIndex = 0, Action? meanwhile = null);
}

/// <param name="Result">What the delegate reported; null for verbs without a result.</param>
/// <param name="ByAgent">The agent answered, so it also takes over the device of a DEL.</param>
internal readonly record struct DelegateAnswer(CniResult? Result, bool ByAgent);
