namespace Calico.Agent.Dataplane;

/// <summary>Whether a workload may ask to send from addresses that are not its own.</summary>
public enum WorkloadSourceSpoofing
{
    /// <summary>What it asks for is not granted.</summary>
    Disabled,
    Any,
}
