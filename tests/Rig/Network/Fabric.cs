using Calico.Model.Net;

namespace Calico.Tests.Rig.Network;

/// <summary>
/// A data centre in namespaces: the fabric (switch or router, and the address of the datastore) and hosts with one uplink each.
/// Nothing is made in the namespace of the machine itself, so every run may use the same addresses.
/// </summary>
public sealed class Fabric : IAsyncDisposable
{
    private const string Switch = "switch0";
    private readonly List<Host> _hosts = [];

    private Fabric(NetworkNamespace @namespace, FabricShape shape)
    {
        Namespace = @namespace;
        Shape = shape;
    }

    /// <summary>Where services of the data centre, such as etcd, are reached from every host.</summary>
    public static IpAddress ServiceAddress { get; } = IpAddress.Parse("172.18.255.1");

    public NetworkNamespace Namespace { get; }

    public FabricShape Shape { get; }

    public IReadOnlyList<Host> Hosts => _hosts;

    public static async Task<Fabric> CreateAsync(int hosts, FabricShape shape = FabricShape.Flat)
    {
        var fabric = new Fabric(await NetworkNamespace.CreateAsync("fabric"), shape);
        await fabric.Namespace.Kernel.WriteSysctlAsync("net/ipv4/ip_forward", "1");
        await fabric.Namespace.Kernel.WriteSysctlAsync("net/ipv6/conf/all/forwarding", "1");
        await fabric.Namespace.IpAsync($"addr add {ServiceAddress}/32 dev lo");
        if (shape == FabricShape.Flat)
        {
            await fabric.Namespace.IpAsync($"link add name {Switch} type bridge stp_state 0 forward_delay 0");
            await fabric.AddGatewayAsync(Switch, 0);
        }

        for (var number = 1; number <= hosts; number++)
        {
            await fabric.AddHostAsync(number);
        }

        return fabric;
    }

    /// <summary>Connects a machine that is no host of the cluster to the switch; a flat fabric alone has one.</summary>
    /// <param name="port">The switch's end.</param>
    public async Task AttachAsync(NetworkNamespace machine, string port, InterfaceAddress address)
    {
        ArgumentNullException.ThrowIfNull(machine);
        await Namespace.IpAsync($"link add name {port} type veth peer name {Host.Uplink} netns {machine.Name}");
        await Namespace.IpAsync($"link set {port} master {Switch} up");
        await machine.IpAsync($"addr add {address} dev {Host.Uplink}");
        await machine.IpAsync($"link set {Host.Uplink} up");
    }

    /// <summary>Cuts a port of the switch off: its link stays up, and nothing passes.</summary>
    public Task CutAsync(string port) => Namespace.IpAsync($"link set {port} nomaster");

    public Task MendAsync(string port) => Namespace.IpAsync($"link set {port} master {Switch}");

    /// <summary>The switch's end of a host's uplink.</summary>
    public static string PortOf(Host host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return $"port{host.Number}";
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        await Namespace.DisposeAsync();
    }

    private async Task AddHostAsync(int number)
    {
        var subnet = Shape == FabricShape.Flat ? 0 : number;
        var host = new Host(await NetworkNamespace.CreateAsync($"host{number}"), number, subnet);
        _hosts.Add(host);
        var port = $"port{number}";
        await Namespace.IpAsync($"link add name {port} type veth peer name {Host.Uplink} netns {host.Namespace.Name}");
        if (Shape == FabricShape.Flat)
        {
            await Namespace.IpAsync($"link set {port} master {Switch} up");
        }
        else
        {
            await AddGatewayAsync(port, subnet);
        }

        await host.ConfigureUplinkAsync(Gateway4(subnet), Gateway6(subnet));
    }

    private async Task AddGatewayAsync(string device, int subnet)
    {
        await Namespace.IpAsync($"addr add {Gateway4(subnet)}/24 dev {device}");
        await Namespace.IpAsync($"addr add {Gateway6(subnet)}/64 dev {device} nodad");
        await Namespace.IpAsync($"link set {device} up");
    }

    private static IpAddress Gateway4(int subnet) => IpAddress.Parse($"172.18.{subnet}.1");

    private static IpAddress Gateway6(int subnet) => IpAddress.Parse($"fd18:0:0:{subnet}::1");
}
