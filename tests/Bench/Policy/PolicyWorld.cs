using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Model.Resources;
using static Calico.Tests.Rig.Policy.PolicyObjects;

namespace Calico.Tests.Bench.Policy;

/// <summary>Objects in numbers: endpoints without devices, and policies of which some select an endpoint here.</summary>
internal static class PolicyWorld
{
    public const string Space = "crowd";
    private const int Apps = 1000;

    /// <summary>Endpoints of a node, each of the app of its number. Rules do not ask for the device.</summary>
    public static IEnumerable<KeyValuePair<string, byte[]?>> Endpoints(string node, int first, int count) =>
        Enumerable.Range(first, count).Select(number => Put(new Resource<WorkloadEndpointSpec>
        {
            Kind = ResourceKind.WorkloadEndpoint.Kind,
            Metadata = new ObjectMeta
            {
                Name = $"{node.Replace("-", "--", StringComparison.Ordinal)}-k8s-pod--{number}-eth0",
                Namespace = Space,
                Labels = new() { ["app"] = App(number), ["projectcalico.org/namespace"] = Space, ["projectcalico.org/orchestrator"] = "k8s" },
            },
            Spec = new WorkloadEndpointSpec
            {
                Orchestrator = "k8s",
                Node = node,
                Pod = $"pod-{number}",
                Endpoint = "eth0",
                IPNetworks = [new IpAddress(IpFamily.IPv4, (10U << 24) + (100U << 16) + (uint)number).ToCidr()],
                Profiles = [$"kns.{Space}"],
                InterfaceName = $"cali{number:x11}",
            },
        }));

    /// <summary>A policy for each number: its app takes connections of the next three.</summary>
    public static IEnumerable<KeyValuePair<string, byte[]?>> Policies(int first, int count) =>
        Enumerable.Range(first, count).Select(number => Put(Policy($"p{number}", $"app == '{App(number)}' && has(app)",
            [.. Enumerable.Range(1, 3).Select(next => AllowTcp(8000 + next) with { Source = new EntityRule { Selector = $"app == '{App(number + next)}'" } })])));

    public static Resource<GlobalNetworkPolicySpec> Policy(string name, string selector, IReadOnlyList<PolicyRule> ingress, double order = 500) =>
        GlobalPolicy(name, selector, order, ingress);

    private static string App(int number) => $"app-{number % Apps}";
}
