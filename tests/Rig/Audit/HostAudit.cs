using Calico.Model.Net;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Processes;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Rig.Audit;

/// <summary>Judges whether what lives on hosts (devices, routes to pods) is what the store says, no more and no less.</summary>
public static class HostAudit
{
    /// <summary>
    /// Waits until store and hosts agree, at most <paramref name="deadline"/> (the agent deletes devices a moment after DEL returns), and
    /// returns what is still wrong, the store's own contradictions first.
    /// </summary>
    public static async Task<IReadOnlyList<string>> ProblemsAsync(EtcdServer etcd, IReadOnlyList<Host> hosts, TimeSpan deadline)
    {
        IReadOnlyList<string> problems = [];
        await Wait.ForAsync(
            async () =>
            {
                var audit = await StoreAudit.ReadAsync(etcd);
                var found = new List<string>(audit.Problems);
                foreach (var host in hosts)
                {
                    found.AddRange(await ProblemsAsync(audit, host));
                }

                problems = found;
                return found.Count == 0;
            },
            deadline);
        return problems;
    }

    /// <summary>Compares one host with the store as it is now.</summary>
    public static async Task<IReadOnlyList<string>> ProblemsAsync(StoreAudit audit, Host host)
    {
        ArgumentNullException.ThrowIfNull(audit);
        ArgumentNullException.ThrowIfNull(host);
        var endpoints = audit.Endpoints.Where(endpoint => endpoint.Node == host.NodeName).ToArray();
        var wishedDevices = endpoints.Select(endpoint => endpoint.Device).ToHashSet();
        var devices = (await host.Kernel.PodDevicesAsync()).ToHashSet();
        var wishedRoutes = endpoints.SelectMany(endpoint => endpoint.Addresses.Select(address => (address.ToCidr(), endpoint.Device))).ToHashSet();
        var routes = (await RoutesToPodsAsync(host)).ToHashSet();
        return
        [
            .. wishedDevices.Except(devices).Select(device => $"{host}: {device} has an endpoint and is not there"),
            .. devices.Except(wishedDevices).Select(device => $"{host}: {device} is there and has no endpoint"),
            .. wishedRoutes.Except(routes).Select(route => $"{host}: no route {route.Item1} dev {route.Device}"),
            .. routes.Except(wishedRoutes).Select(route => $"{host}: {route.Item1} dev {route.Device} belongs to no endpoint"),
        ];
    }

    private static async Task<IEnumerable<(Cidr Destination, string Device)>> RoutesToPodsAsync(Host host)
    {
        var routes = await host.Kernel.RoutesAsync(IpFamily.IPv4);
        return routes.Concat(await host.Kernel.RoutesAsync(IpFamily.IPv6))
            .Select(route => (Destination: (string)route["dst"]!, Device: (string?)route["dev"] ?? ""))
            .Where(route => route.Device.StartsWith("cali", StringComparison.Ordinal) && !route.Destination.StartsWith("fe80:", StringComparison.Ordinal))
            .Select(route => (Cidr.Parse(route.Destination), route.Device));
    }
}
