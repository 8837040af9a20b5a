namespace Calico.Agent.Dataplane;

/// <summary>Which destinations pods of a pool with natOutgoing reach with their own address.</summary>
public enum NatOutgoingExclusions
{
    IPPoolsOnly,
    IPPoolsAndHostIPs,
}
