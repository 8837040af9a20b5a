using Calico.Ipam.Core;
using Calico.Model.Kubernetes;
using Calico.Model.Resources;

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
            Ports = [.. Ports(pod.Spec)],
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

    /// <summary>Ports that policy can name, and those that the host forwards; of sidecars too, which run as long as the containers.</summary>
    private static IEnumerable<EndpointPort> Ports(PodSpec spec) =>
        from container in spec.Containers.Concat(spec.InitContainers.Where(container => container.RestartPolicy == "Always"))
        from port in container.Ports
        where port.Port != 0 && (port.Name.Length > 0 || port.HostPort != 0)
        select new EndpointPort
        {
            Name = port.Name,
            Protocol = port.Protocol,
            Port = port.Port,
            HostPort = port.HostPort == 0 ? null : port.HostPort,
            HostIP = port.HostIP.Length == 0 ? null : port.HostIP,
        };
}
