using Calico.Cni.Protocol;

namespace Calico.Cni.Plugin;

/// <summary>Who gives and takes addresses: the agent, calico-ipam, or another IPAM plugin.</summary>
internal interface IAddressDelegate
{
    /// <summary>Hands the call on.</summary>
    /// <param name="hostIfIndex">DEL: the host end of the pod's veth, for the agent to delete after the release; 0 if there is none.</param>
    /// <param name="meanwhile">
    /// Done while the answer is on its way, and told whether the agent is asked; more than once if a second delegate has to be.
    /// </param>
    /// <exception cref="CniException">The delegate's own error, unchanged; or nobody could be asked.</exception>
    DelegateAnswer Ask(PluginRequest request, int hostIfIndex = 0, Action<bool>? meanwhile = null);

    /// <summary>Waits until the kernel has the endpoint's policy, or the time is over: the pod's packets are dropped until it has.</summary>
    /// <param name="revision">What the answer to the ADD said.</param>
    void AwaitPolicy(PluginRequest request, long revision, int timeoutSeconds);
}

/// <param name="Result">What the delegate reported; null for verbs without a result.</param>
/// <param name="ByAgent">The agent answered, so it also takes over the device of a DEL.</param>
/// <param name="PendingRevision">ADD: the datastore's revision that the kernel does not have yet for this endpoint; 0 when there is nothing to wait for.</param>
internal readonly record struct DelegateAnswer(CniResult? Result, bool ByAgent, long PendingRevision = 0);
