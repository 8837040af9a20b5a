using System.Collections.Immutable;
using System.Text.Json;
using Calico.Model.Json;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Ipam.Core.Endpoints;

/// <summary>Makes the WorkloadEndpoint of an interface, and outside Kubernetes the Profile of its network, as upstream's plugin writes them.</summary>
internal static class EndpointBuilder
{
    /// <param name="existing">The endpoint of the same name, of another container or an earlier ADD; its identity and unknown fields are kept.</param>
    public static Resource<WorkloadEndpointSpec> Endpoint(
        AssignRequest request, Resource<WorkloadEndpointSpec>? existing, ImmutableArray<IpAddress> addresses, Guid uid, DateTimeOffset now)
    {
        var identity = request.Identity;
        var metadata = (existing?.Metadata ?? new ObjectMeta { Name = identity.EndpointName(request.Node) }) with
        {
            Namespace = identity.Namespace,
            Uid = existing?.Metadata.Uid ?? uid.ToString(),
            CreationTimestamp = existing?.Metadata.CreationTimestamp ?? now,
            Labels = PodEndpoint.Labels(request.Metadata.Labels, identity.Namespace, identity.Orchestrator, request.Metadata.ServiceAccount),
        };
        if (request.Metadata.GenerateName.Length > 0)
        {
            metadata = metadata with { Unknown = With(metadata.Unknown, "generateName", request.Metadata.GenerateName) };
        }

        var spec = (existing?.Spec ?? new WorkloadEndpointSpec()) with
        {
            Orchestrator = identity.Orchestrator,
            Node = request.Node,
            ContainerId = identity.ContainerId,
            Pod = identity.IsKubernetes ? identity.Workload : null,
            Endpoint = identity.Interface,
            ServiceAccountName = request.Metadata.ServiceAccount is { Length: > 0 } account ? account : null,
            IPNetworks = [.. addresses.Select(address => address.ToCidr())],
            Profiles = identity.IsKubernetes ? PodEndpoint.Profiles(identity.Namespace, request.Metadata.ServiceAccount) : [identity.Network],
            InterfaceName = identity.HostInterface(),
            Mac = PodMac(request),
            Ports = request.Metadata.Ports is { Count: > 0 } ports ? ports : null,
            AllowSpoofedSourcePrefixes = PodAnnotations.SourcePrefixes(request),
        };
        var endpoint = existing ?? new Resource<WorkloadEndpointSpec> { Kind = ResourceKind.WorkloadEndpoint.Kind, Metadata = metadata };
        return endpoint with { Metadata = metadata, Spec = spec };
    }

    /// <summary>Outside Kubernetes: who carries the network's label may send to its members, and they may send anywhere.</summary>
    public static Resource<ProfileSpec> Profile(string network, Guid uid, DateTimeOffset now) => new()
    {
        Kind = ResourceKind.Profile.Kind,
        Metadata = new ObjectMeta { Name = network, Uid = uid.ToString(), CreationTimestamp = now },
        Spec = new ProfileSpec
        {
            Ingress = [Json($$$"""{"action":"Allow","source":{"selector":"has({{{network}}})"},"destination":{}}""")],
            Egress = [Json("""{"action":"Allow","source":{},"destination":{}}""")],
            LabelsToApply = new Dictionary<string, string> { [network] = "" },
        },
    };

    private static MacAddress PodMac(AssignRequest request)
    {
        if (!request.Metadata.Annotations.TryGetValue(PodAnnotations.HwAddr, out var text))
        {
            return request.Identity.PodMac();
        }

        return MacAddress.TryParse(text, out var mac)
            ? mac
            : throw new IpamException(IpamFailure.InvalidRequest, $"the annotation {PodAnnotations.HwAddr} holds '{text}', which is not a MAC address");
    }

    private static Dictionary<string, JsonElement> With(Dictionary<string, JsonElement>? fields, string name, string value) =>
        new(fields ?? []) { [name] = Json($"\"{JsonEncodedText.Encode(value, PlainJsonEncoder.Instance)}\"") };

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement.Clone();
}
