using System.Net;
using System.Net.Sockets;
using System.Text;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Cni;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Processes;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Netns.Agent;

/// <summary>The program <c>calico-agent</c> as an operator meets it: settings, health, status, and the files it leaves for the plugin.</summary>
[Parallelizable]
internal sealed class AgentProgramTests
{
    private const int HealthPort = 9099;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private Cluster _cluster = null!;

    private Host Host => _cluster.Hosts[0];

    [SetUp]
    public async Task StartCluster()
    {
        _cluster = await Cluster.StartWithoutAgentsAsync(1);
        await Seed.ReadyClusterAsync(_cluster.Etcd);
    }

    [TearDown]
    public async Task StopCluster() => await _cluster.DisposeAsync();

    [Test]
    public async Task Pods_get_the_mtu_of_the_uplink_unless_the_conf_has_another()
    {
        await Host.Namespace.IpAsync($"link set {Host.Uplink} mtu 1400");
        await _cluster.StartAgentAsync(Host);

        Assert.That(await MtuOfNewPodAsync(null), Is.EqualTo((1400, 1400)), "what the agent wrote");
        Assert.That(await MtuOfNewPodAsync(1300), Is.EqualTo((1300, 1300)), "what the conf says");
        File.Delete(Host.MtuFile);
        Assert.That(await MtuOfNewPodAsync(null), Is.EqualTo((1400, 1400)), "that of the default route's device");
    }

    [Test]
    public async Task It_tells_over_http_that_it_lives_and_is_ready()
    {
        await _cluster.StartAgentAsync(Host, ("FELIX_HEALTHENABLED", "true"));

        await Wait.UntilAsync(async () => (await GetAsync("/readiness")).StartsWith("HTTP/1.1 200", StringComparison.Ordinal), Patience, () => "readiness");
        Assert.That(await GetAsync("/liveness"), Does.StartWith("HTTP/1.1 200"));
        Assert.That(await GetAsync("/"), Does.StartWith("HTTP/1.1 404"));
    }

    [Test]
    public async Task It_tells_its_figures_where_the_probes_are_and_where_it_is_told_to()
    {
        await _cluster.StartAgentAsync(Host, ("FELIX_HEALTHENABLED", "true"), ("FELIX_PROMETHEUSMETRICSENABLED", "true"), ("FELIX_PROMETHEUSMETRICSPORT", "9091"));
        await MtuOfNewPodAsync(null);
        await Wait.UntilAsync(async () => (await GetAsync("/metrics")).Contains("\ncalico_agent_ready 1\n", StringComparison.Ordinal), Patience, () => "readiness");
        foreach (var port in new[] { HealthPort, 9091 })
        {
            var figures = await GetAsync("/metrics", port);
            Assert.Multiple(() =>
            {
                Assert.That(figures, Does.Contain("\nfelix_resync_state 2\n").And.Contain("\ncalico_agent_etcd_connected 1\n"));
                Assert.That(figures, Does.Contain("\ncalico_agent_cni_request_seconds_count{result=\"success\",verb=\"ADD\"} 1\n"));
                Assert.That(figures, Does.Match("\ncalico_agent_programming_latency_seconds_count [1-9]"));
            });
        }
    }

    [Test]
    public async Task It_is_not_ready_before_its_peers_are_there()
    {
        await Seed.PeerAsync(_cluster.Etcd, "nobody", new() { ["peerIP"] = "172.18.0.200", ["asNumber"] = 65001 });
        await _cluster.StartAgentAsync(Host, ("FELIX_HEALTHENABLED", "true"));

        await Wait.UntilAsync(async () => (await GetAsync("/readiness")).Contains("0 of 1 BGP sessions", StringComparison.Ordinal), Patience, () => "the reason");
        Assert.That(await GetAsync("/readiness"), Does.StartWith("HTTP/1.1 503"));
    }

    [Test]
    public async Task Without_bird_it_serves_pods_and_starts_none()
    {
        var agent = await _cluster.StartAgentAsync(Host, ("CALICO_NETWORKING_BACKEND", "none"));
        var pod = await _cluster.PodAsync();
        var added = await new CniCaller(Host) { PluginPath = "/nonexistent" }.AddAsync(pod, _cluster.Conf());

        Assert.That(await Reachability.PingAsync(Host.Namespace, added.Addresses[0]), Is.True);
        Assert.That(File.Exists(Path.Combine(Host.RunDirectory, "bird.ctl")), Is.False);
        await StatusIsGoodAsync(agent);
    }

    [Test]
    public async Task Status_has_code_1_when_the_agent_does_not_run()
    {
        var agent = await _cluster.StartAgentAsync(Host);
        await StatusIsGoodAsync(agent);
        await agent.KillAsync();

        Assert.That((await agent.RunAsync("status")).ExitCode, Is.EqualTo(1));
    }

    [Test]
    public async Task A_conf_that_names_another_node_is_refused_with_both_names()
    {
        await _cluster.StartAgentAsync(Host);
        var refused = await _cluster.Caller().AddAsync(await _cluster.PodAsync(), _cluster.Conf().With(("nodename", "host-9")));

        Assert.That(refused.ErrorCode, Is.EqualTo(7), refused.ToString());
        Assert.That(refused.ErrorMessage, Does.Contain("host-9").And.Contain(Host.NodeName));
        Assert.That(await _cluster.LeftoversAsync(), Is.Empty);
    }

    [TestCase("ETCD_ENDPOINTS")]
    [TestCase("NODENAME")]
    [TestCase("CALICO_NETWORKING_BACKEND")]
    [TestCase("CALICO_IPV4POOL_CIDR")]
    [TestCase("CALICO_AGENT_SOCKET")]
    [TestCase("FELIX_LOGSEVERITYSCREEN")]
    public async Task Help_explains(string variable) =>
        Assert.That(await new Command(Binaries.Agent, "run", "--help").OutputAsync(), Does.Contain($"[env: {variable}]"));

    [Test]
    public async Task A_setting_that_does_not_parse_ends_it_with_its_name()
    {
        var agent = _cluster.LaunchAgent(Host, ("AS", "many"));
        await Wait.UntilAsync(() => !agent.IsRunning, Patience, "the end of the agent");

        Assert.That(agent.ExitCode, Is.Not.Zero);
        Assert.That(string.Join('\n', agent.Log), Does.Contain("AS").And.Contain("many"));
    }

    /// <summary>The first status is written a moment after the agent begins to serve.</summary>
    private static Task StatusIsGoodAsync(AgentProcess agent) =>
        Wait.UntilAsync(async () => (await agent.RunAsync("status")).Succeeded, Patience, () => "status with code 0");

    private async Task<(int OnHost, int InPod)> MtuOfNewPodAsync(int? ofConf)
    {
        var pod = await _cluster.PodAsync();
        (await _cluster.Caller().AddAsync(pod, _cluster.Conf().With(("mtu", ofConf)))).OrThrow();
        var onHost = await Host.Kernel.LinkAsync($"cali{pod.ContainerId[..11]}");
        var inPod = await pod.Namespace.Kernel.LinkAsync(Pod.Interface);
        return ((int)onHost!["mtu"]!, (int)inPod!["mtu"]!);
    }

    private async Task<string> GetAsync(string path, int port = HealthPort)
    {
        using var socket = Host.Namespace.Open(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        await socket.ConnectAsync(IPAddress.Loopback, port);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
