namespace Calico.Ipam.Core.Collection;

/// <summary>Asks Kubernetes, never a cache.</summary>
public interface IClusterReader
{
    Task<ClusterFacts> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Null when there is no such pod.</summary>
    Task<PodFact?> FindPodAsync(string @namespace, string name, CancellationToken cancellationToken);

    Task<bool> HasNodeAsync(string name, CancellationToken cancellationToken);
}
