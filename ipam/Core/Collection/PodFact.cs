using System.Collections.Immutable;
using Calico.Model.Net;

namespace Calico.Ipam.Core.Collection;

/// <summary>What Kubernetes says of a pod, as far as its addresses are concerned.</summary>
/// <param name="Node">Empty while the pod is not placed.</param>
/// <param name="Addresses">Empty while the kubelet has not reported any.</param>
/// <param name="IsOnHostNetwork">Its addresses are the node's.</param>
/// <param name="IsFinished">Its containers have ended for good.</param>
public sealed record PodFact(
    string Namespace, string Name, string Node, ImmutableArray<IpAddress> Addresses, bool IsOnHostNetwork = false, bool IsFinished = false);
