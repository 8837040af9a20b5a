using Calico.Ipam.Core.Endpoints;
using Calico.Model.Kubernetes;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Policy.Evaluation;
using Calico.Policy.Kubernetes;

namespace Calico.Tests.Unit.Policy.Kubernetes;

/// <summary>What a cluster holds, as Kubernetes has it.</summary>
/// <param name="Pods">Their addresses are in <see cref="PodStatus.PodIPs"/>.</param>
internal sealed record KubernetesWorld(
    IReadOnlyList<Namespace> Namespaces,
    IReadOnlyList<Pod> Pods,
    IReadOnlyList<KubernetesNetworkPolicy> Policies,
    IReadOnlyList<ClusterNetworkPolicy> ClusterPolicies)
{
    public override string ToString() => $"""
        namespaces: {string.Join("; ", Namespaces.Select(ns => $"{ns.Metadata.Name} {Text(ns.Metadata.Labels)}"))}
        pods: {string.Join("; ", Pods.Select(pod => $"{pod.Metadata} {Text(pod.Metadata.Labels)} {string.Join(',', pod.Status.PodIPs.Select(ip => ip.Ip))}"))}
        policies: {string.Join("\n", Policies.Select(policy => System.Text.Json.JsonSerializer.Serialize(policy, KubernetesJson.Default.KubernetesNetworkPolicy)))}
        cluster policies: {string.Join("\n", ClusterPolicies.Select(policy => System.Text.Json.JsonSerializer.Serialize(policy, KubernetesJson.Default.ClusterNetworkPolicy)))}
        """;

    /// <summary>The same as Calico's datastore holds it after every converter has run.</summary>
    public PolicySnapshot Converted() => new()
    {
        Workloads = [.. Pods.Select(Endpoint)],
        Profiles = [.. Namespaces.Select(KubernetesProfiles.Of)],
        Policies = [.. Policies.Select(policy => KubernetesPolicyConverter.Convert(policy).Policy!)],
        GlobalPolicies = [.. ClusterPolicies.Select(policy => ClusterPolicyConverter.Convert(policy).Policy!)],
    };

    private static Resource<WorkloadEndpointSpec> Endpoint(Pod pod) => new()
    {
        Kind = "WorkloadEndpoint",
        Metadata = new ObjectMeta
        {
            Name = pod.Metadata.Name,
            Namespace = pod.Metadata.Namespace,
            Labels = PodEndpoint.Labels(pod.Metadata.Labels, pod.Metadata.Namespace, "k8s", ""),
        },
        Spec = new WorkloadEndpointSpec
        {
            Node = "n1",
            IPNetworks = [.. pod.Status.PodIPs.Select(ip => IpAddress.Parse(ip.Ip).ToCidr())],
            Profiles = PodEndpoint.Profiles(pod.Metadata.Namespace, ""),
            Ports = PodEndpoint.Ports(pod.Spec),
        },
    };

    private static string Text(IReadOnlyDictionary<string, string> labels) => $"{{{string.Join(',', labels.Select(label => $"{label.Key}={label.Value}"))}}}";
}
