using System.Text.Json;
using Calico.Model.Kubernetes;
using Calico.Model.Resources;

namespace Calico.Policy.Kubernetes;

/// <summary>Namespaces and service accounts as the profiles their pods inherit labels from (features.md B4). That of a namespace allows all: Kubernetes' default.</summary>
public static class KubernetesProfiles
{
    public const string NamespacePrefix = "kns.";
    public const string ServiceAccountPrefix = "ksa.";
    private const string NamespaceLabelPrefix = "pcns.";
    private const string ServiceAccountLabelPrefix = "pcsa.";
    private const string NameLabel = "projectcalico.org/name";

    private static readonly JsonElement Allow = JsonDocument.Parse("""{"action":"Allow","source":{},"destination":{}}""").RootElement.Clone();

    public static string NameOfNamespace(string name) => NamespacePrefix + name;

    public static string NameOfServiceAccount(string ns, string name) => $"{ServiceAccountPrefix}{ns}.{name}";

    public static Resource<ProfileSpec> Of(Namespace resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return Profile(NameOfNamespace(resource.Metadata.Name), resource.Metadata, new ProfileSpec
        {
            Ingress = [Allow],
            Egress = [Allow],
            LabelsToApply = Labels(resource.Metadata, NamespaceLabelPrefix),
        });
    }

    public static Resource<ProfileSpec> Of(ServiceAccount resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var name = NameOfServiceAccount(resource.Metadata.Namespace, resource.Metadata.Name);
        return Profile(name, resource.Metadata, new ProfileSpec { LabelsToApply = Labels(resource.Metadata, ServiceAccountLabelPrefix) });
    }

    private static Resource<ProfileSpec> Profile(string name, KubernetesMetadata source, ProfileSpec spec) => new()
    {
        Kind = ResourceKind.Profile.Kind,
        Metadata = new ObjectMeta { Name = name, Uid = DerivedUid.Of(source.Uid), CreationTimestamp = source.CreationTimestamp },
        Spec = spec,
    };

    /// <summary>The object's own labels, and its name as one more, by which it can be selected exactly; sorted, so that the stored text is always the same.</summary>
    private static Dictionary<string, string> Labels(KubernetesMetadata source, string prefix)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in source.Labels)
        {
            labels[prefix + key] = value;
        }

        labels[prefix + NameLabel] = source.Name;
        return new Dictionary<string, string>(labels);
    }
}
