using System.Collections.Immutable;
using Calico.Ipam.Core.Endpoints;
using Calico.Model.Kubernetes;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Controller.Pods;

/// <summary>What of a pod its endpoint takes over. Compared by value: most changes of a pod change nothing here.</summary>
internal sealed record PodFacts(string Namespace, string Name, string ServiceAccount)
{
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required IReadOnlyList<EndpointPort> Ports { get; init; }

    /// <summary>Those that the kubelet reported, by which the pod's endpoints are told from those of an earlier pod of its name.</summary>
    public required ImmutableArray<IpAddress> Addresses { get; init; }

    /// <returns>Null for a pod without an endpoint, or whose endpoint no longer matters: of the host's network, or finished.</returns>
    public static PodFacts? Of(Pod pod) => pod.Spec.HostNetwork || pod.Status.IsFinished
        ? null
        : new PodFacts(pod.Metadata.Namespace, pod.Metadata.Name, pod.Spec.ServiceAccountName)
        {
            Labels = pod.Metadata.Labels,
            Ports = PodEndpoint.Ports(pod.Spec),
            Addresses = PodAddresses.Of(pod.Status),
        };

    public bool Equals(PodFacts? other) =>
        other is not null
        && Namespace == other.Namespace
        && Name == other.Name
        && ServiceAccount == other.ServiceAccount
        && PodPlan.AreEqual(Labels, other.Labels)
        && PodPlan.AreEqual(Ports, other.Ports)
        && Addresses.SequenceEqual(other.Addresses);

    public override int GetHashCode() => HashCode.Combine(Namespace, Name);
}
