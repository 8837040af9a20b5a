using Calico.Agent.Calc;
using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane;
using Calico.Agent.Dataplane.Rules;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Policy.Evaluation;

namespace Calico.Tests.Unit.Dataplane.Rules;

/// <summary>Node n1 of a snapshot: what the calculation graph says of it, rendered, in a simulated kernel for each family.</summary>
internal sealed class SimulatedNode
{
    public const string Name = "n1";

    private readonly Dictionary<IpFamily, SimulatedKernel> _kernels = [];
    private readonly List<WorkloadEndpointUpdate> _workloads;

    public SimulatedNode(PolicySnapshot snapshot, DataplaneOptions? options = null)
    {
        var messages = MessagesOf(snapshot);
        var sets = messages.OfType<IpSetUpdate>().ToDictionary(set => set.Id, set => (IReadOnlyCollection<IpSetMember>)set.Members);
        _workloads = [.. messages.OfType<WorkloadEndpointUpdate>()];
        var hosts = messages.OfType<HostEndpointUpdate>().ToList();
        var interfaces = snapshot.HostInterfaces.Where(own => own.Node == Name)
            .ToDictionary(own => own.Name, own => (IReadOnlyCollection<IpAddress>)own.Addresses);
        foreach (var family in new[] { IpFamily.IPv4, IpFamily.IPv6 })
        {
            var renderer = new RuleRenderer(options ?? new DataplaneOptions(), family, ProtocolNames.BuiltIn);
            var chains = renderer.Static()
                .Concat(messages.OfType<ActivePolicyUpdate>().SelectMany(policy => renderer.Policy(policy, hosts)))
                .Concat(messages.OfType<ActiveProfileUpdate>().SelectMany(profile => renderer.Profile(profile, hosts)))
                .Concat(_workloads.SelectMany(renderer.Workload))
                .Concat(renderer.WorkloadDispatch(_workloads))
                .Concat(renderer.Hosts(hosts, interfaces));
            _kernels[family] = new SimulatedKernel(family, chains, renderer.Hooks(), sets);
        }
    }

    public SimulatedKernel this[IpFamily family] => _kernels[family];

    /// <summary>The interface behind which an address is: a workload's here, else the one to the network.</summary>
    public string InterfaceOf(IpAddress address) =>
        _workloads.Find(workload => workload.Networks.Any(net => net.Contains(address)))?.InterfaceName ?? "eth0";

    /// <summary>A workload of this node has the address.</summary>
    public bool IsHere(IpAddress address) => InterfaceOf(address) != "eth0";

    /// <summary>What the calculation graph of the node says.</summary>
    public static IReadOnlyList<DataplaneMessage> MessagesOf(PolicySnapshot snapshot)
    {
        var graph = new CalculationGraph(Name);
        Feed(graph, snapshot.Workloads);
        Feed(graph, snapshot.HostEndpoints);
        Feed(graph, snapshot.Policies.Where(policy => policy.Kind == "NetworkPolicy"));
        Feed(graph, snapshot.GlobalPolicies.Where(policy => policy.Kind == "GlobalNetworkPolicy"));
        Feed(graph, snapshot.Tiers);
        Feed(graph, snapshot.Profiles);
        Feed(graph, snapshot.NetworkSets);
        graph.OnInSync();
        return graph.Flush();
    }

    private static void Feed<TSpec>(CalculationGraph graph, IEnumerable<Resource<TSpec>> resources)
        where TSpec : class, new()
    {
        foreach (var resource in resources)
        {
            graph.OnUpdate(new ResourceUpdated<TSpec>(new ResourceId(KindOf(resource.Kind), resource.Metadata.Namespace ?? "", resource.Metadata.Name), resource));
        }
    }

    private static ResourceKind KindOf(string kind) => kind switch
    {
        "WorkloadEndpoint" => ResourceKind.WorkloadEndpoint,
        "HostEndpoint" => ResourceKind.HostEndpoint,
        "NetworkPolicy" => ResourceKind.NetworkPolicy,
        "GlobalNetworkPolicy" => ResourceKind.GlobalNetworkPolicy,
        "Tier" => ResourceKind.Tier,
        "Profile" => ResourceKind.Profile,
        "NetworkSet" => ResourceKind.NetworkSet,
        _ => ResourceKind.GlobalNetworkSet,
    };
}
