namespace Calico.Ipam.Core.Collection;

/// <summary>Why a holding seems to be left over.</summary>
public enum LeakReason
{
    /// <summary>Its node is no longer in the cluster.</summary>
    NodeGone,

    /// <summary>Kubernetes has no such pod.</summary>
    PodGone,

    /// <summary>The pod of that name runs on another node.</summary>
    PodElsewhere,

    /// <summary>The pod of that name has its addresses by another container.</summary>
    PodReplaced,

    /// <summary>The pod of that name uses its node's network.</summary>
    PodOnHostNetwork,

    /// <summary>The pod has ended for good.</summary>
    PodFinished,

    /// <summary>A handle without any address, as upstream's client leaves it when it dies between two writes.</summary>
    EmptyHandle,
}
