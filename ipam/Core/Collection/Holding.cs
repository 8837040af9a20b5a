using System.Collections.Immutable;
using Calico.Model.Ipam;

namespace Calico.Ipam.Core.Collection;

/// <summary>
/// What stands or falls together: the addresses of one handle, and the endpoints of the same container. Has no address when only a handle
/// or only an endpoint is left over.
/// </summary>
/// <param name="Subject">The handle's ID; for an endpoint that no handle belongs to, <c>endpoint/NAMESPACE/NAME</c>.</param>
public sealed record Holding(string Subject)
{
    /// <summary>Null for an endpoint that no handle belongs to.</summary>
    public string? HandleId { get; init; }

    /// <summary>The handle's ModRevision: an ADD that is repeated renews the handle, and whatever looked left over until then is in use again. 0 if it is not stored.</summary>
    public long HandleRevision { get; init; }

    public ImmutableArray<HeldAddress> Addresses { get; init; } = [];

    public ImmutableArray<HeldEndpoint> Endpoints { get; init; } = [];

    /// <summary>The node that the addresses were given out on; null when the store does not say.</summary>
    public string? Node { get; init; }

    public string? Namespace { get; init; }

    /// <summary>Null when it is not a pod of Kubernetes'.</summary>
    public string? Pod { get; init; }

    /// <summary>The purpose of addresses that belong to a node or a Service and not to a pod, such as <c>vxlanTunnelAddress</c>; else null.</summary>
    public string? Purpose { get; init; }

    /// <summary>Changes when anything of it was given out anew: two looks at equal texts saw the same thing.</summary>
    public string Fingerprint =>
        $"{HandleRevision} " + string.Join(' ', Addresses.Select(a => $"{a.Address}#{a.Sequence}").Concat(Endpoints.Select(e => $"{e.Key}={e.ContainerId}")).Order(StringComparer.Ordinal));

    /// <summary>The question to its node: is any of it in use?</summary>
    public AddressInquiry ToInquiry(DateTimeOffset askedAt) => new()
    {
        Addresses = [.. Addresses.Select(a => a.Address.ToString())],
        Interfaces = [.. Endpoints.Select(e => e.Interface).Where(name => name.Length > 0).Order(StringComparer.Ordinal)],
        AskedAt = askedAt,
    };

    /// <summary>For people: whose it is.</summary>
    public string Describe() => Pod is null ? Subject : $"pod {Namespace}/{Pod} on node {Node ?? "(unknown)"} ({Subject})";
}
