using System.Collections.Immutable;
using Calico.Ipam.Core.Endpoints;
using Calico.Model.Resources;

namespace Calico.Ipam.Core;

/// <summary>What is known about a pod besides its identity. Empty where nothing but the arguments of the call is known.</summary>
public sealed record PodMetadata
{
    public static PodMetadata Empty { get; } = new();

    /// <summary>Whether an annotation of this name, of a pod or a namespace, means anything to address management; others need not be kept.</summary>
    public static bool Reads(string annotation)
    {
        ArgumentNullException.ThrowIfNull(annotation);
        return annotation.StartsWith(PodAnnotations.Prefix, StringComparison.Ordinal);
    }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = ImmutableDictionary<string, string>.Empty;

    public IReadOnlyDictionary<string, string> NamespaceLabels { get; init; } = ImmutableDictionary<string, string>.Empty;

    public IReadOnlyDictionary<string, string> NamespaceAnnotations { get; init; } = ImmutableDictionary<string, string>.Empty;

    public IReadOnlyList<EndpointPort> Ports { get; init; } = [];

    /// <summary>Empty when not known; then the endpoint has the namespace's profile alone.</summary>
    public string ServiceAccount { get; init; } = "";

    /// <summary>The pod's generateName, by which its siblings are found; empty when it has none.</summary>
    public string GenerateName { get; init; } = "";
}
