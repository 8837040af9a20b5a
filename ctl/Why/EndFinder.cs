using System.Collections.Immutable;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Ctl.Why;

/// <summary>Who is meant by what a user writes. Pure.</summary>
internal sealed class EndFinder(StoredWorld world, string defaultNamespace)
{
    private const int MostNamed = 5;

    /// <exception cref="CtlException">Nobody is meant, or several are.</exception>
    public End Find(string text)
    {
        var name = EndName.Parse(text, defaultNamespace);
        return name.Address is { } address ? At(address)
            : name.Kind is null ? Pod(name.Namespace, name.Name)
            : name.Kind == ResourceKind.Node ? world.Nodes.TryGetValue(name.Name, out var node) ? Node(node) : throw CtlException.Failed($"there is no node {name.Name}; 'calicoctl get nodes' lists them")
            : name.Kind == ResourceKind.HostEndpoint ? HostEndpoint(name.Name)
            : Endpoint(name.Namespace, name.Name);
    }

    /// <summary>Whoever has the address.</summary>
    public End At(IpAddress address)
    {
        if (world.WorkloadsAt(address) is [var workload, ..])
        {
            return Workload(workload) with { Addresses = [address] };
        }

        if (world.Nodes.Values.FirstOrDefault(node => HostSight.Addresses(node).Contains(address)) is { } node)
        {
            return Node(node) with { Addresses = [address] };
        }

        var sets = world.NetworkSets.Where(set => (set.Spec.Nets ?? []).Any(net => Cidr.TryParse(net, out var cidr) && cidr.Contains(address)));
        return new End(EndKind.Outside, address.ToString(), [address]) { Sets = [.. sets.Select(NameOf).Order(StringComparer.Ordinal)] };
    }

    public static string NameOf(Resource<WorkloadEndpointSpec> workload) =>
        $"{workload.Metadata.Namespace}/{workload.Spec.Pod ?? (workload.Spec.Workload is { Length: > 0 } own ? own : workload.Metadata.Name)}";

    private static string NameOf<TSpec>(Resource<TSpec> set)
        where TSpec : class, new() => set.Metadata.Namespace is { } space ? $"{set.Kind} {space}/{set.Metadata.Name}" : $"{set.Kind} {set.Metadata.Name}";

    private End Endpoint(string space, string name) => Workload(world.WorkloadsIn(space).FirstOrDefault(workload => workload.Metadata.Name == name)
        ?? throw CtlException.Failed($"there is no WorkloadEndpoint {space}/{name}; 'calicoctl get workloadendpoints -A -o wide' lists them"));

    private End HostEndpoint(string name)
    {
        var host = world.HostEndpoints.FirstOrDefault(host => host.Metadata.Name == name)
            ?? throw CtlException.Failed($"there is no HostEndpoint {name}; 'calicoctl get hostendpoints' lists them");
        var addresses = Calico.Policy.Compiled.HostEndpointAddresses.Of(host.Spec).ToList();
        return host.Spec.Node is { } own && world.Nodes.TryGetValue(own, out var node)
            ? Node(node, addresses)
            : addresses.Count > 0
                ? new End(EndKind.Node, host.Spec.Node ?? name, OnePerFamily(addresses)) { Node = host.Spec.Node ?? "" }
                : throw CtlException.Failed($"HostEndpoint {name} is of node '{host.Spec.Node}', which does not exist, and expects no address: say an address");
    }

    private End Pod(string space, string name)
    {
        var found = world.WorkloadsIn(space).Where(workload => workload.Spec.Pod == name || workload.Spec.Workload == name || workload.Metadata.Name == name).ToList();
        return found switch
        {
            [var only] => Workload(only),
            [] => throw CtlException.Failed($"there is no pod {space}/{name} with an endpoint{Hint(space, name)}"),
            _ => throw CtlException.Failed($"{space}/{name} has {found.Count} endpoints; say which: {string.Join(", ", found.Select(one => $"workloadendpoint/{space}/{one.Metadata.Name}"))}"),
        };
    }

    private string Hint(string space, string name)
    {
        var elsewhere = world.WorkloadsOf(name).Where(workload => workload.Metadata.Namespace != space).Select(NameOf);
        var near = world.WorkloadsIn(space).Where(workload => workload.Spec.Pod?.StartsWith(name, StringComparison.Ordinal) == true).Select(NameOf);
        var meant = elsewhere.Concat(near).Order(StringComparer.Ordinal).Take(MostNamed).ToList();
        var broken = world.Unreadable.Where(stored => stored.Id.Kind == ResourceKind.WorkloadEndpoint && stored.Id.Namespace == space).Select(stored => $"{stored.Id}: {stored.Problem}").ToList();
        return broken.Count > 0 ? $"; an endpoint of that namespace cannot be read: {broken[0]}"
            : meant.Count > 0 ? $"; is {string.Join(" or ", meant)} meant?"
            : world.WorkloadsIn(space).Any()
                ? $"; 'calicoctl get workloadendpoints -n {space}' lists those of the namespace. A pod in its node's network has none: say node/NAME"
                : $"; no pod of namespace {space} has one";
    }

    private static End Workload(Resource<WorkloadEndpointSpec> workload) =>
        new(EndKind.Workload, NameOf(workload), OnePerFamily((workload.Spec.IPNetworks ?? []).Select(net => net.Address)))
        {
            Node = workload.Spec.Node ?? "",
            Workload = workload,
        };

    private static End Node(Resource<NodeSpec> node, IEnumerable<IpAddress>? preferred = null) =>
        new(EndKind.Node, node.Metadata.Name, OnePerFamily((preferred ?? []).Concat(HostSight.Addresses(node)))) { Node = node.Metadata.Name };

    private static ImmutableArray<IpAddress> OnePerFamily(IEnumerable<IpAddress> addresses) => [.. addresses.DistinctBy(address => address.Family)];
}
