using Calico.Ipam.Core;
using Calico.Ipam.Core.Endpoints;
using Calico.Model.Kubernetes;

namespace Calico.Ipam.Delegate;

/// <summary>What an ADD needs of a pod's API object. Pure.</summary>
/// <param name="StaticUid">A static pod's own UID, by which its runtime knows it: its object in the API, a mirror, has another. Empty for other pods.</param>
/// <param name="Metadata">Without what the namespace says.</param>
public sealed record PodFacts(string Uid, string StaticUid, PodMetadata Metadata)
{
    /// <summary>Written by the kubelet on the mirror of a static pod.</summary>
    private const string MirrorAnnotation = "kubernetes.io/config.mirror";

    public static PodFacts Of(Pod pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        var metadata = new PodMetadata
        {
            Labels = pod.Metadata.Labels,
            Annotations = NamespaceFacts.Used(pod.Metadata.Annotations),
            Ports = PodEndpoint.Ports(pod.Spec),
            ServiceAccount = pod.Spec.ServiceAccountName,
            GenerateName = pod.Metadata.GenerateName,
        };
        return new PodFacts(pod.Metadata.Uid, pod.Metadata.Annotations.GetValueOrDefault(MirrorAnnotation, ""), metadata);
    }

    /// <summary>Whether this is the pod that the runtime means, and not another one that had, or will have, its name.</summary>
    public bool IsOf(PodReference pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return pod.Uid.Length == 0 || pod.Uid == Uid || pod.Uid == StaticUid;
    }

    public PodMetadata In(NamespaceFacts itsNamespace)
    {
        ArgumentNullException.ThrowIfNull(itsNamespace);
        return Metadata with { NamespaceLabels = itsNamespace.Labels, NamespaceAnnotations = itsNamespace.Annotations };
    }
}
