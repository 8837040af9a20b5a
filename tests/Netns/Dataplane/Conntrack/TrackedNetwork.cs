using System.Net;
using System.Net.Sockets;
using Calico.Agent.Dataplane.Conntrack;
using Calico.Linux.Conntrack;
using Calico.Linux.Netlink;
using Calico.Model.Net;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Processes;

namespace Calico.Tests.Netns.Dataplane.Conntrack;

/// <summary>Two pods behind a router that tracks connections, as a node does.</summary>
internal sealed class TrackedNetwork : IAsyncDisposable
{
    public const string Client4 = "10.65.1.2";
    public const string Client6 = "fd65:1::2";
    public const string Server4 = "10.65.2.2";
    public const string Server6 = "fd65:2::2";
    private const string Established = "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT";

    // A connection that was cut must not be picked up by what its other end sends on.
    private const string NoPickUp = "-A FORWARD -p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -m conntrack --ctstate NEW -j DROP";

    public NetworkNamespace Router { get; private init; } = null!;

    public NetworkNamespace Client { get; private init; } = null!;

    public NetworkNamespace Server { get; private init; } = null!;

    public KernelConntrack Conntrack { get; private set; } = null!;

    public static async Task<TrackedNetwork> CreateAsync()
    {
        var network = new TrackedNetwork
        {
            Router = await NetworkNamespace.CreateAsync("router"),
            Client = await NetworkNamespace.CreateAsync("client"),
            Server = await NetworkNamespace.CreateAsync("server"),
        };
        await network.Router.Kernel.WriteSysctlAsync("net/ipv4/ip_forward", "1");
        await network.Router.Kernel.WriteSysctlAsync("net/ipv6/conf/all/forwarding", "1");
        await network.AttachAsync(network.Client, 1);
        await network.AttachAsync(network.Server, 2);
        network.Conntrack = new KernelConntrack(() => network.Router.Open(ConntrackSocket.Open), () => network.Router.Open(RouteSocket.Open));
        await network.LoadAsync();
        return network;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
        await Router.DisposeAsync();
    }

    /// <summary>Established first; then these rules; what is left is accepted.</summary>
    public async Task LoadAsync(params string[] rules)
    {
        var text = string.Join('\n', ["*filter", Established, NoPickUp, .. rules, "COMMIT", ""]);
        foreach (var tool in (string[])["iptables-nft-restore", "ip6tables-nft-restore"])
        {
            (await Router.Enter(new Command(tool) { Stdin = text }).RunAsync()).OrThrow();
        }
    }

    public TrackedStream Stream(string server, int port) => new(
        Server.Open(() => Listen(server, port)), Client.Open(() => new Socket(IPAddress.Parse(server).AddressFamily, SocketType.Stream, ProtocolType.Tcp)), server, port);

    public IReadOnlyList<ConntrackEntry> Entries()
    {
        List<ConntrackEntry> entries = [];
        Conntrack.Read(IpFamily.IPv4, (in ConntrackEntry entry) => entries.Add(entry));
        Conntrack.Read(IpFamily.IPv6, (in ConntrackEntry entry) => entries.Add(entry));
        return entries;
    }

    private async Task AttachAsync(NetworkNamespace pod, int number)
    {
        await Router.IpAsync($"link add name cali{number} type veth peer name eth0 netns {pod.Name}");
        await Router.IpAsync($"addr add 10.65.{number}.1/24 dev cali{number}");
        await Router.IpAsync($"addr add fd65:{number}::1/64 dev cali{number} nodad");
        await Router.IpAsync($"link set cali{number} up");
        await pod.IpAsync($"addr add 10.65.{number}.2/24 dev eth0");
        await pod.IpAsync($"addr add fd65:{number}::2/64 dev eth0 nodad");
        await pod.IpAsync("link set eth0 up");
        await pod.IpAsync($"route add default via 10.65.{number}.1");
        await pod.IpAsync($"-6 route add default via fd65:{number}::1");
    }

    private static Socket Listen(string address, int port)
    {
        var endPoint = new IPEndPoint(IPAddress.Parse(address), port);
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(endPoint);
        socket.Listen();
        return socket;
    }
}
