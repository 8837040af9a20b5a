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

    /// <returns>Null when the endpoint says what is true.</returns>
    public static StoreWrite? Plan(PodFacts pod, KeyValue stored)
    {
        var now = ModelJson.Read<Resource<WorkloadEndpointSpec>>(stored.Value.Span);
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

    private static (string Name, string Protocol, int Port, int HostPort, string HostIP) Known(EndpointPort port) =>
        (port.Name, port.Protocol, port.Port, port.HostPort ?? 0, port.HostIP ?? "");

    /// <summary>Those of Kubernetes anew, then the others as they were.</summary>
    private static List<string> Profiles(PodFacts pod, IReadOnlyList<string> now) =>
    [
        .. PodEndpoint.Profiles(pod.Namespace, pod.ServiceAccount),
        .. now.Where(profile => !profile.StartsWith("kns.", StringComparison.Ordinal) && !profile.StartsWith("ksa.", StringComparison.Ordinal)),
    ];
}
