using Calico.Model.Json;
using Calico.Model.Policy;
using Calico.Model.Resources;

namespace Calico.Policy.Resources;

/// <summary>Finds the fields of an object that we keep and do not understand: a later version's, or misspelt.</summary>
internal static class UnknownFieldFinder
{
    /// <summary>Fields of Kubernetes' metadata that upstream's objects may carry and that say nothing to the datastore.</summary>
    private static readonly string[] PlainMetadata =
    [
        "resourceVersion", "generation", "selfLink", "generateName", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields", "finalizers", "ownerReferences",
    ];

    public static IEnumerable<string> Find<TSpec>(Resource<TSpec> resource, bool isOpen)
        where TSpec : JsonObjectRecord, new()
    {
        var ofObject = Names("", resource).Concat(Names("metadata.", resource.Metadata).Where(field => !PlainMetadata.Contains(field["metadata.".Length..])));
        return isOpen ? ofObject : ofObject.Concat(Names("spec.", resource.Spec)).Concat(Inside(resource.Spec));
    }

    private static IEnumerable<string> Inside(JsonObjectRecord spec) => spec switch
    {
        NetworkPolicySpec policy => Rules("spec.ingress", policy.Ingress).Concat(Rules("spec.egress", policy.Egress)),
        GlobalNetworkPolicySpec policy => Rules("spec.ingress", policy.Ingress).Concat(Rules("spec.egress", policy.Egress)),
        ProfileSpec profile => Rules("spec.ingress", profile.Ingress?.Select(ProfileSpec.ReadRule)).Concat(Rules("spec.egress", profile.Egress?.Select(ProfileSpec.ReadRule))),
        HostEndpointSpec endpoint => (endpoint.Ports ?? []).SelectMany((port, i) => Names($"spec.ports[{i}].", port)),
        _ => [],
    };

    private static IEnumerable<string> Rules(string field, IEnumerable<PolicyRule?>? rules) => (rules ?? []).SelectMany((rule, i) => Rule($"{field}[{i}].", rule));

    private static IEnumerable<string> Rule(string path, PolicyRule? rule) =>
        Names(path, rule).Concat(Entity($"{path}source.", rule?.Source)).Concat(Entity($"{path}destination.", rule?.Destination))
            .Concat(Names($"{path}icmp.", rule?.Icmp)).Concat(Names($"{path}notICMP.", rule?.NotIcmp));

    private static IEnumerable<string> Entity(string path, EntityRule? entity) =>
        Names(path, entity).Concat(Names($"{path}serviceAccounts.", entity?.ServiceAccounts)).Concat(Names($"{path}services.", entity?.Services));

    private static IEnumerable<string> Names(string path, JsonObjectRecord? value) => value?.Unknown?.Keys.Select(name => path + name) ?? [];
}
