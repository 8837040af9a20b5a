using Calico.Cni.Protocol;

namespace Calico.Agent.Api;

/// <summary>Whether the policy of an attachment is in the kernel.</summary>
public interface IEndpointReadiness
{
    /// <summary>After an ADD: the datastore's revision that has yet to reach the kernel for its endpoint; 0 when there is nothing to wait for.</summary>
    /// <param name="result">Of the ADD.</param>
    long PendingRevision(PluginRequest add, CniResult result);

    /// <returns>False when the caller's time passed before.</returns>
    Task<bool> WaitAsync(PluginRequest add, ReadyQuestion question, CancellationToken cancellationToken);
}
