using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

/// <summary>Some of the endpoints behind a service (discovery.k8s.io/v1); the label <c>kubernetes.io/service-name</c> names the service.</summary>
public sealed record EndpointSlice : KubernetesResource
{
    /// <summary>IPv4, IPv6 or FQDN.</summary>
    [AllowNull]
    public string AddressType { get; init => field = value ?? ""; } = "";

    [AllowNull]
    public IReadOnlyList<SliceEndpoint> Endpoints { get; init => field = value ?? []; } = [];

    [AllowNull]
    public IReadOnlyList<SlicePort> Ports { get; init => field = value ?? []; } = [];
}
