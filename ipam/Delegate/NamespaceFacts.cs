using Calico.Ipam.Core;
using Calico.Model.Kubernetes;

namespace Calico.Ipam.Delegate;

/// <summary>What an ADD needs of a namespace's API object. Pure.</summary>
public sealed record NamespaceFacts(IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations)
{
    public static NamespaceFacts Of(Namespace resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return new NamespaceFacts(resource.Metadata.Labels, Used(resource.Metadata.Annotations));
    }

    /// <summary>The annotations that are read; others, of which some are as long as the object itself, are not kept.</summary>
    internal static IReadOnlyDictionary<string, string> Used(IReadOnlyDictionary<string, string> annotations) =>
        annotations.Keys.Any(PodMetadata.Reads)
            ? annotations.Where(pair => PodMetadata.Reads(pair.Key)).ToDictionary()
            : PodMetadata.Empty.Annotations;
}
