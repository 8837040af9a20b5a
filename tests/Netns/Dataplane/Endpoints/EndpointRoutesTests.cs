using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane;
using Calico.Agent.Dataplane.Endpoints;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Netns.Dataplane.Endpoints;

/// <summary>A host with one pod's veth; whoever touches it, it is as the store says within a second.</summary>
internal sealed class EndpointRoutesTests
{
    private const string Device = "cali1";
    private const string Address4 = "10.65.0.1";
    private const string Address6 = "fd65::1";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly ResourceId Pod = new(ResourceKind.WorkloadEndpoint, "shop", "web");
    private NetworkNamespace _host = null!;
    private NetworkNamespace _pod = null!;
    private EndpointRoutes _routes = null!;
    private CancellationTokenSource _stop = null!;
    private Task _running = null!;
    private int _hostAddressChanges;

    [SetUp]
    public async Task StartWithAnEndpoint()
    {
        _host = await NetworkNamespace.CreateAsync("host");
        _pod = await NetworkNamespace.CreateAsync("pod");
        await _host.IpAsync("link add name eth0 type veth peer name other0");
        await _host.IpAsync("link set eth0 up");
        await _host.IpAsync("link set other0 up");
        _stop = new CancellationTokenSource();
        _routes = new EndpointRoutes(
            new DataplaneOptions(), () => Interlocked.Increment(ref _hostAddressChanges), NullLogger.Instance, TimeProvider.System);
        _running = _host.Open(() => _routes.RunAsync(_stop.Token));
        await AddDeviceAsync();
        Place(Address4, Address6);
        _routes.OnMessage(new InSync());
    }

    [TearDown]
    public async Task Stop()
    {
        await _stop.CancelAsync();
        Assert.That(async () => await _running.WaitAsync(Second), Throws.InstanceOf<OperationCanceledException>());
        _stop.Dispose();
        await _host.DisposeAsync();
        await _pod.DisposeAsync();
    }

    [Test]
    public async Task A_route_that_someone_deletes_is_back()
    {
        await RoutesAsync(Address4, Address6);
        await _host.IpAsync($"route del {Address4}");
        await _host.IpAsync($"-6 route del {Address6}");
        await RoutesAsync(Address4, Address6);
    }

    [Test]
    public async Task Routes_that_went_with_the_link_come_back_with_it()
    {
        await RoutesAsync(Address4, Address6);
        await _host.IpAsync($"link set {Device} down");
        await RoutesAsync();
        await Task.Delay(Second / 2);
        await RoutesAsync();
        await _host.IpAsync($"link set {Device} up");
        await RoutesAsync(Address4, Address6);
    }

    [Test]
    public async Task All_routes_of_the_device_flushed_are_back()
    {
        await RoutesAsync(Address4, Address6);
        await _host.IpAsync($"route flush dev {Device}");
        await _host.IpAsync($"-6 route flush dev {Device}");
        await RoutesAsync(Address4, Address6);
    }

    [Test]
    public async Task A_device_that_comes_after_its_endpoint_gets_routes_and_settings()
    {
        await RoutesAsync(Address4, Address6);
        await _host.IpAsync($"link delete {Device}");
        await AddDeviceAsync();
        await RoutesAsync(Address4, Address6);
        foreach (var (path, value) in Settings)
        {
            await Wait.UntilAsync(async () => await _host.Kernel.SysctlAsync(path) == value, Second, () => $"{path} = {value}");
        }
    }

    [Test]
    public async Task Routes_follow_the_endpoint_and_what_others_set_on_its_device_stays()
    {
        await RoutesAsync(Address4, Address6);
        await _host.IpAsync($"route add 10.99.0.0/24 dev {Device}");
        await _host.IpAsync($"route add 10.99.1.1/32 dev {Device} proto static");
        Place("10.65.0.2");
        await RoutesAsync("10.65.0.2", "10.99.0.0/24", "10.99.1.1");
        _routes.OnMessage(new WorkloadEndpointRemove(Pod));
        await RoutesAsync("10.99.0.0/24", "10.99.1.1");
    }

    [TestCase(Address4)]
    [TestCase("10.65.0.2")]
    public async Task Routes_of_a_new_container_stay_when_the_store_has_told_only_that_the_last_one_is_gone(string address)
    {
        await RoutesAsync(Address4, Address6);
        await _host.IpAsync($"link delete {Device}");
        await AddDeviceAsync();
        await _host.IpAsync($"route add {address}/32 dev {Device} scope link");
        _routes.OnMessage(new WorkloadEndpointRemove(Pod));
        await Task.Delay(Second / 2);
        Assert.That(await DestinationsAsync(), Is.EqualTo([address]));
    }

    [Test]
    public async Task A_route_that_is_left_on_another_pods_device_is_replaced_and_anybody_elses_stays()
    {
        await RoutesAsync(Address4, Address6);
        await _host.IpAsync("link add name cali2 type veth peer name other2");
        await _host.IpAsync("link set cali2 up");
        await _host.IpAsync("route add 10.65.0.2/32 dev cali2 scope link");
        await _host.IpAsync("-6 route add fd65::2/128 dev cali2");
        await _host.IpAsync("route add 10.65.0.3/32 dev eth0");
        Place("10.65.0.2", "fd65::2", "10.65.0.3");
        await RoutesAsync("10.65.0.2", "fd65::2");
        Assert.That(await DeviceOfAsync("10.65.0.3"), Is.EqualTo("eth0"));
    }

    [Test]
    public async Task Nothing_is_removed_of_a_device_that_is_not_known()
    {
        await RoutesAsync(Address4, Address6);
        await _host.IpAsync("link add name cali2 type veth peer name other2");
        await _host.IpAsync("link set cali2 up");
        await _host.IpAsync("route add 10.65.0.2/32 dev cali2 scope link");
        await Task.Delay(Second);
        Assert.That(await DeviceOfAsync("10.65.0.2"), Is.EqualTo("cali2"));
    }

    [Test]
    public async Task A_new_address_of_the_host_is_told()
    {
        await RoutesAsync(Address4, Address6);
        var before = Volatile.Read(ref _hostAddressChanges);
        await _host.IpAsync("addr add 172.16.0.1/24 dev eth0");
        await Wait.UntilAsync(() => Volatile.Read(ref _hostAddressChanges) > before, Second, "the host's new address");
    }

    private static IEnumerable<(string Path, string Value)> Settings =>
    [
        ($"net/ipv4/conf/{Device}/proxy_arp", "1"),
        ($"net/ipv4/conf/{Device}/forwarding", "1"),
        ($"net/ipv4/conf/{Device}/route_localnet", "1"),
        ($"net/ipv4/neigh/{Device}/proxy_delay", "0"),
        ($"net/ipv6/conf/{Device}/proxy_ndp", "1"),
        ($"net/ipv6/conf/{Device}/forwarding", "1"),
        ($"net/ipv6/conf/{Device}/accept_ra", "0"),
        ($"net/ipv6/conf/{Device}/accept_dad", "0"),
    ];

    private void Place(params string[] addresses) =>
        _routes.OnMessage(new WorkloadEndpointUpdate(Pod, Device) { Networks = [.. addresses.Select(Cidr.Parse)] });

    private async Task AddDeviceAsync()
    {
        await _host.IpAsync($"link add name {Device} type veth peer name eth0 netns {_pod.Name}");
        await _host.IpAsync($"link set {Device} up");
        await _pod.IpAsync("link set eth0 up");
    }

    private async Task RoutesAsync(params string[] expected)
    {
        IReadOnlyList<string> actual = [];
        var reached = await Wait.ForAsync(
            async () =>
            {
                actual = await DestinationsAsync();
                return actual.Order().SequenceEqual(expected.Order());
            },
            Second);
        Assert.That(reached, Is.True, $"after a second the routes on {Device} are {string.Join(' ', actual)}");
    }

    private async Task<IReadOnlyList<string>> DestinationsAsync() =>
        [.. (await _host.Kernel.RoutesAsync(IpFamily.IPv4)).Concat(await _host.Kernel.RoutesAsync(IpFamily.IPv6))
            .Where(route => (string?)route["dev"] == Device)
            .Select(route => (string)route["dst"]!)
            .Where(destination => !destination.StartsWith("fe80", StringComparison.Ordinal))];

    private async Task<string?> DeviceOfAsync(string destination) =>
        (string?)(await _host.Kernel.RoutesAsync(IpFamily.IPv4)).Single(route => (string?)route["dst"] == destination)["dev"];
}
