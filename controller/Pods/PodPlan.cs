using System.Collections.Immutable;
using System.Text.Json;
using Calico.Controller.Mirroring;
using Calico.Ipam.Core.Endpoints;
using Calico.Model.Identity;
using Calico.Model.Json;
using Calico.Model.Resources;
using Calico.Store;

namespace Calico.Controller.Pods;

/// <summary>What must be written so that an endpoint says of its pod what is true now. Never makes or deletes one: that is ADD and DEL. Pure.</summary>
internal static class PodPlan
{
    /// <summary>The pod that an endpoint is of, as <c>namespace/name</c>; null for what is no endpoint of Kubernetes or cannot be read.</summary>
    public static string? PodOf(KeyValue stored)
    {
        try
        {
            var endpoint = ModelJson.Read<Resource<WorkloadEndpointSpec>>(stored.Value.Span);
            return endpoint.Spec is { Orchestrator: WorkloadIdentity.Kubernetes, Pod: { Length: > 0 } pod } ? $"{endpoint.Metadata.Namespace}/{pod}" : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// The containers (CNI's word: the sandboxes) of the endpoints that are this pod's: those with an address that the pod reports. Nothing else in the API
    /// tells a pod's endpoint from that of an earlier pod of the same name. A further interface, whose address no status has, shares the container.
    /// </summary>
    public static ImmutableHashSet<string> Containers(PodFacts pod, IEnumerable<KeyValue> endpoints) =>
        [.. from stored in endpoints
            let endpoint = ModelJson.Read<Resource<WorkloadEndpointSpec>>(stored.Value.Span)
            where (endpoint.Spec.IPNetworks ?? []).Any(network => pod.Addresses.Contains(network.Address))
            select ContainerOf(stored, endpoint)];

    /// <param name="containers">Of the pod, as <see cref="Containers"/> says.</param>
    /// <returns>Null when the endpoint says what is true, or is another pod's.</returns>
    public static StoreWrite? Plan(PodFacts pod, IReadOnlySet<string> containers, KeyValue stored)
    {
        var now = ModelJson.Read<Resource<WorkloadEndpointSpec>>(stored.Value.Span);
        if (!containers.Contains(ContainerOf(stored, now)))
        {
            return null;
        }

        var labels = PodEndpoint.Labels(pod.Labels, pod.Namespace, WorkloadIdentity.Kubernetes, pod.ServiceAccount);
        var profiles = Profiles(pod, now.Spec.Profiles ?? []);
        var account = pod.ServiceAccount.Length > 0 ? pod.ServiceAccount : null;
        if (AreEqual(labels, now.Metadata.Labels ?? [])
            && profiles.SequenceEqual(now.Spec.Profiles ?? [])
            && account == now.Spec.ServiceAccountName
            && AreEqual(pod.Ports, now.Spec.Ports ?? []))
        {
            return null;
        }

        var wanted = now with
        {
            Metadata = now.Metadata with { Labels = labels },
            Spec = now.Spec with { Profiles = profiles, ServiceAccountName = account, Ports = pod.Ports.Count > 0 ? pod.Ports : null },
        };
        return new StoreWrite(stored.Key, ModelJson.Write(wanted), stored.ModRevision);
    }

    public static bool AreEqual(IReadOnlyDictionary<string, string> left, IReadOnlyDictionary<string, string> right) =>
        left.Count == right.Count && left.All(pair => right.TryGetValue(pair.Key, out var value) && value == pair.Value);

    /// <summary>By the fields we know: what others wrote beside them is no difference, and does not survive one.</summary>
    public static bool AreEqual(IReadOnlyList<EndpointPort> left, IReadOnlyList<EndpointPort> right) =>
        left.Select(Known).SequenceEqual(right.Select(Known));

    /// <summary>An endpoint that names no container stands for itself.</summary>
    private static string ContainerOf(KeyValue stored, Resource<WorkloadEndpointSpec> endpoint) => endpoint.Spec.ContainerId is { Length: > 0 } id ? id : stored.Key;

    private static (string Name, string Protocol, int Port, int HostPort, string HostIP) Known(EndpointPort port) =>
        (port.Name, port.Protocol, port.Port, port.HostPort ?? 0, port.HostIP ?? "");

    /// <summary>Those of Kubernetes anew, then the others as they were.</summary>
    private static List<string> Profiles(PodFacts pod, IReadOnlyList<string> now) =>
    [
        .. PodEndpoint.Profiles(pod.Namespace, pod.ServiceAccount),
        .. now.Where(profile => !profile.StartsWith("kns.", StringComparison.Ordinal) && !profile.StartsWith("ksa.", StringComparison.Ordinal)),
    ];
}
