using System.Collections.Immutable;
using Calico.Ctl.Resources;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Ctl.Why;

/// <summary>Who is meant by what a user writes. Pure.</summary>
internal sealed class EndFinder(StoredWorld world, string defaultNamespace)
{
    private const int MostNamed = 5;
    private static readonly string[] PodKind = ["pod", "pods", "po"];

    /// <exception cref="CtlException">Nobody is meant, or several are.</exception>
    public End Find(string text)
    {
        if (IpAddress.TryParse(text, out var address))
        {
            return At(address);
        }

        var parts = text.Split('/');
        if (parts.Any(part => part.Length == 0) || parts.Length > 3)
        {
            throw CtlException.Usage($"'{text}' is none of NAMESPACE/POD, POD, KIND/NAME, KIND/NAMESPACE/NAME or an address");
        }

        return parts.Length > 1 && KindOf(parts[0]) is { } kind
            ? OfKind(kind, parts.Length == 3 ? parts[1] : defaultNamespace, parts[^1])
            : parts.Length switch
            {
                1 => Pod(defaultNamespace, parts[0]),
                2 => Pod(parts[0], parts[1]),
                _ => throw CtlException.Usage($"'{parts[0]}' is none of pod, workloadendpoint, hostendpoint, node"),
            };
    }

    /// <summary>Whoever has the address.</summary>
    public End At(IpAddress address)
    {
        if (world.Workloads.FirstOrDefault(workload => Has(workload, address)) is { } workload)
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

    private static bool Has(Resource<WorkloadEndpointSpec> workload, IpAddress address) => (workload.Spec.IPNetworks ?? []).Any(net => net.Address == address);

    private static string? KindOf(string text) => PodKind.Contains(text, StringComparer.OrdinalIgnoreCase)
        ? PodKind[0]
        : Kinds.All.FirstOrDefault(kind => kind.IsCalled(text) && (kind.Type.Kind == ResourceKind.WorkloadEndpoint || kind.Type.Kind == ResourceKind.HostEndpoint || kind.Type.Kind == ResourceKind.Node))?.Name;

    private End OfKind(string kind, string space, string name) => kind switch
    {
        "Node" => world.Nodes.TryGetValue(name, out var node) ? Node(node) : throw CtlException.Failed($"there is no node {name}; 'calicoctl get nodes' lists them"),
        "HostEndpoint" => HostEndpoint(name),
        "WorkloadEndpoint" => world.Workloads.FirstOrDefault(workload => workload.Metadata.Namespace == space && workload.Metadata.Name == name) is { } workload
            ? Workload(workload)
            : throw CtlException.Failed($"there is no WorkloadEndpoint {space}/{name}; 'calicoctl get workloadendpoints -A -o wide' lists them"),
        _ => Pod(space, name),
    };

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
        var found = world.Workloads.Where(workload => workload.Metadata.Namespace == space && (workload.Spec.Pod == name || workload.Spec.Workload == name || workload.Metadata.Name == name)).ToList();
        return found switch
        {
            [var only] => Workload(only),
            [] => throw CtlException.Failed($"there is no pod {space}/{name} with an endpoint{Hint(space, name)}"),
            _ => throw CtlException.Failed($"{space}/{name} has {found.Count} endpoints; say which: {string.Join(", ", found.Select(one => $"workloadendpoint/{space}/{one.Metadata.Name}"))}"),
        };
    }

    private string Hint(string space, string name)
    {
        var elsewhere = world.Workloads.Where(workload => workload.Metadata.Namespace != space && workload.Spec.Pod == name).Select(NameOf);
        var near = world.Workloads.Where(workload => workload.Metadata.Namespace == space && workload.Spec.Pod?.StartsWith(name, StringComparison.Ordinal) == true).Select(NameOf);
        var meant = elsewhere.Concat(near).Order(StringComparer.Ordinal).Take(MostNamed).ToList();
        var broken = world.Unreadable.Where(stored => stored.Id.Kind == ResourceKind.WorkloadEndpoint && stored.Id.Namespace == space).Select(stored => $"{stored.Id}: {stored.Problem}").ToList();
        return broken.Count > 0 ? $"; an endpoint of that namespace cannot be read: {broken[0]}"
            : meant.Count > 0 ? $"; is {string.Join(" or ", meant)} meant?"
            : world.Workloads.Any(workload => workload.Metadata.Namespace == space)
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
