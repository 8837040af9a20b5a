using Calico.Cni.Protocol;
using Calico.Ipam.Core;

namespace Calico.Ipam.Delegate;

/// <summary>Tells what a cluster's API knows about a pod.</summary>
public interface IPodDirectory
{
    /// <summary>What is known of a pod. Answers within a few seconds, also when the API does not.</summary>
    /// <exception cref="CniException">Code 11: the API does not answer, or knows no such pod; the message says which.</exception>
    Task<PodMetadata> FindAsync(PodReference pod, CancellationToken cancellationToken);
}
