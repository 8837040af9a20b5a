using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Calico.Agent.Api;
using Calico.Cni.Protocol;
using Calico.Ipam.Core;
using Calico.Ipam.Delegate;
using Calico.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.AgentApi;

/// <summary>The agent's whole way from the socket to the store: server, order, batches, delegate and allocator together.</summary>
internal sealed class AgentIpamTests
{
    private const string Resources = "/calico/resources/v3/projectcalico.org/";
    private const string Conf = """{"cniVersion":"1.1.0","name":"net","type":"calico","ipam":{"type":"calico-ipam","assign_ipv6":"true"}}""";

    private readonly ConcurrentDictionary<int, string> _reaped = new();
    private string _directory = "";
    private InMemoryStore _store = new();
    private CancellationTokenSource _stopServer = new();
    private CancellationTokenSource _stopAllocator = new();
    private Task _server = Task.CompletedTask;
    private Task _allocator = Task.CompletedTask;
    private IpamClient? _client;

    private string SocketPath => Path.Combine(_directory, "agent.sock");

    [SetUp]
    public async Task StartAsync()
    {
        _reaped.Clear();
        _directory = Directory.CreateTempSubdirectory("calico-ipam-").FullName;
        _store = new InMemoryStore();
        _stopServer = new CancellationTokenSource();
        _stopAllocator = new CancellationTokenSource();
        Seed("clusterinformations/default", "ClusterInformation", "default", """{"clusterGUID":"g","datastoreReady":true}""");
        Seed("ippools/pool4", "IPPool", "pool4", """{"cidr":"10.65.0.0/16","blockSize":26,"ipipMode":"Never","vxlanMode":"Never","nodeSelector":"all()"}""");
        Seed("ippools/pool6", "IPPool", "pool6", """{"cidr":"fd80:65::/64","blockSize":122,"ipipMode":"Never","vxlanMode":"Never","nodeSelector":"all()"}""");
        Seed("nodes/n1", "Node", "n1", "{}");
        _client = new IpamClient(_store);
        var allocator = new NodeAllocator(_client, _client.CommitAsync, NullLogger.Instance);
        _allocator = allocator.RunAsync(_stopAllocator.Token);
        var server = new AgentServer(
            new AgentServerOptions { SocketPath = SocketPath }, new IpamDelegate(allocator, "n1").HandleAsync, new Reaper(_reaped), NullLogger.Instance);
        var listening = new TaskCompletionSource();
        _server = server.RunAsync(listening.SetResult, _stopServer.Token);
        await listening.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _stopServer.CancelAsync();
        await _server;
        await _stopAllocator.CancelAsync();
        await _allocator.ContinueWith(_ => { }, TaskScheduler.Default);
        _client?.Dispose();
        _stopServer.Dispose();
        _stopAllocator.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Test]
    public async Task A_hundred_adds_at_once_share_transactions_and_no_address()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => AskAsync(CniCommand.Add, $"{i:D5}-container")));

        Assert.That(replies.Select(r => r.Error?.Message), Has.All.Null);
        var addresses = replies.SelectMany(r => r.Result!.Ips).Select(ip => ip.Address.ToString()).ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(addresses, Has.Length.EqualTo(200).And.Unique);
            Assert.That(replies.Select(r => r.Result!.Interfaces[0].Name), Is.Unique);
            Assert.That(_store.Calls.Count(c => c.Operation.Contains("txn", StringComparison.OrdinalIgnoreCase)), Is.LessThan(50));
        }
    }

    [Test]
    public async Task A_repeated_add_gets_the_same_addresses()
    {
        var first = await AskAsync(CniCommand.Add, "container-a");
        var second = await AskAsync(CniCommand.Add, "container-a");

        Assert.That(second.Result!.Ips, Is.EqualTo(first.Result!.Ips).And.Count.EqualTo(2));
    }

    [Test]
    public async Task A_del_behind_an_add_has_the_last_word()
    {
        var containers = Enumerable.Range(0, 40).Select(i => $"{i:D5}-container").ToArray();
        foreach (var container in containers)
        {
            using var killed = await SendAsync(CniCommand.Add, container);
        }

        var deleted = await Task.WhenAll(containers.Select((c, i) => AskAsync(CniCommand.Del, c, hostIfIndex: i + 1)));

        Assert.That(deleted.Select(r => r.Error?.Message), Has.All.Null);
        Assert.That(_store.Contents().Keys.Where(k => k.Contains("/handle/", StringComparison.Ordinal) || k.Contains("workloadendpoints", StringComparison.Ordinal)), Is.Empty);
        Assert.That(() => _reaped, Has.Count.EqualTo(containers.Length).After(2000, 5));
    }

    [Test]
    public async Task With_the_store_away_the_runtime_is_told_to_try_later()
    {
        _store.IsDown = true;

        Assert.That((await AskAsync(CniCommand.Add, "container-a")).Error!.Code, Is.EqualTo(CniErrorCode.TryAgainLater));
    }

    private void Seed(string path, string kind, string name, string spec) => _store.Put(
        Resources + path,
        $$$"""{"kind":"{{{kind}}}","apiVersion":"projectcalico.org/v3","metadata":{"name":"{{{name}}}","creationTimestamp":"2026-01-01T00:00:00Z"},"spec":{{{spec}}}}""");

    private async Task<Socket> SendAsync(CniCommand command, string container, int hostIfIndex = 0)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath));
        var call = new PluginRequest(command, container, "/run/netns/x", "eth0", "", "/opt/cni/bin", Encoding.UTF8.GetBytes(Conf));
        await socket.SendAsync(AgentWire.WriteRequest(new AgentRequest(call, hostIfIndex)));
        return socket;
    }

    private async Task<AgentReply> AskAsync(CniCommand command, string container, int hostIfIndex = 0)
    {
        using var socket = await SendAsync(command, container, hostIfIndex);
        using var stream = new NetworkStream(socket, ownsSocket: false);
        var header = new byte[AgentWire.HeaderSize];
        await stream.ReadExactlyAsync(header);
        var payload = new byte[AgentWire.ReadLength(header)];
        await stream.ReadExactlyAsync(payload);
        return AgentWire.ReadReply(payload);
    }

    private sealed class Reaper(ConcurrentDictionary<int, string> reaped) : IDeviceReaper
    {
        public void Reap(int ifIndex, string name) => reaped[ifIndex] = name;
    }
}
