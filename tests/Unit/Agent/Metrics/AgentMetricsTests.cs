using Calico.Agent.Api.Outage;
using Calico.Agent.Dataplane;
using Calico.Agent.Metrics;
using Calico.Agent.Routing;
using Calico.Cni.Protocol;
using Calico.Tests.Fakes;

namespace Calico.Tests.Unit.Agent.Metrics;

internal sealed class AgentMetricsTests
{
    private static readonly DataplaneStatus Applied = new()
    {
        IsInSync = true, ProgrammedRevision = 12, WorkloadEndpoints = 3, HostEndpoints = 1, Policies = 2, IpSets = 4, Chains = 40,
        Applies = 1, ApplyTime = TimeSpan.FromMilliseconds(20), Latency = TimeSpan.FromMilliseconds(30),
    };

    private readonly ManualTime _time = new();
    private AgentFigures _now = null!;

    [SetUp]
    public void SetUp() => _now = new AgentFigures
    {
        IsInSync = true, IsReady = true, Resyncs = 1, IsStoreConnected = true, StoreFailures = 5, Dataplane = Applied, Sessions = [], ObjectProblems = 0, RoutingProblems = 0, Outage = new OutageStatus(null, 8, 0, 2, ["ADD"]),
    };

    [Test]
    public void What_the_parts_say_at_the_scrape_is_told_under_upstreams_names_where_it_has_them()
    {
        _now = _now with { Sessions = [Session("Established"), Session("Active"), Session("Established")], ObjectProblems = 2, RoutingProblems = 1 };
        Assert.That(Lines(Metrics()), Is.SupersetOf(new[]
        {
            "calico_agent_ready 1", "felix_resync_state 2", "felix_resyncs_started 1", "calico_agent_etcd_connected 1", "calico_agent_etcd_failures_total 5",
            "felix_active_local_endpoints 4", "felix_active_local_policies 2", "felix_ipsets_calico 4", "felix_iptables_chains 40", "calico_agent_programmed_revision 12",
            "calico_agent_problems{kind=\"object\"} 2", "calico_agent_problems{kind=\"routing\"} 1", "calico_agent_problems{kind=\"kernel\"} 0", "calico_agent_problems{kind=\"late\"} 0",
            "calico_agent_problems{kind=\"journal\"} 1", "calico_agent_reserve_addresses{family=\"IPv4\"} 8", "calico_agent_reserve_addresses{family=\"IPv6\"} 0", "calico_agent_journal_entries 2",
            "calico_agent_bgp_sessions{state=\"Established\"} 2", "calico_agent_bgp_sessions{state=\"Down\"} 1",
        }));
    }

    [TestCase(false, false, "felix_resync_state 0")]
    [TestCase(true, false, "felix_resync_state 1")]
    [TestCase(true, true, "felix_resync_state 2")]
    [TestCase(false, true, "felix_resync_state 2")]
    public void The_state_of_the_sync_is_upstreams_number(bool isConnected, bool isInSync, string expected)
    {
        _now = _now with { IsStoreConnected = isConnected, IsInSync = isInSync };
        Assert.That(Lines(Metrics()), Does.Contain(expected));
    }

    [Test]
    public void An_apply_counts_once_and_its_latency_only_when_something_was_new()
    {
        var metrics = Metrics();
        metrics.Applied(Applied);
        metrics.Applied(Applied);
        metrics.Applied(Applied with { Applies = 2, Failures = ["IPv4 rules: refused"] });
        Assert.That(Lines(metrics), Is.SupersetOf(new[]
        {
            "felix_int_dataplane_apply_time_seconds_count 2", "calico_agent_programming_latency_seconds_count 1", "calico_agent_programming_latency_seconds_sum 0.03", "felix_int_dataplane_failures 1",
        }));
    }

    [Test]
    public async Task A_call_of_the_plugin_is_measured_whether_it_succeeds_or_fails()
    {
        var metrics = Metrics();
        var add = new PluginRequest(CniCommand.Add, "c1", "/run/netns/c1", "eth0", "", "/opt/cni/bin", default);
        await metrics.MeasureAsync(add, (_, _) =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(7));
            return Task.FromResult<CniResult?>(null);
        }, default);
        await Assert.ThatAsync(async () => await metrics.MeasureAsync(add, (_, _) => throw new CniException(CniErrorCode.TryAgainLater, "no"), default), Throws.InstanceOf<CniException>());
        Assert.That(Lines(metrics), Is.SupersetOf(new[]
        {
            "calico_agent_cni_request_seconds_sum{result=\"success\",verb=\"ADD\"} 0.007", "calico_agent_cni_request_seconds_count{result=\"error\",verb=\"ADD\"} 1",
        }));
    }

    private static SessionStatus Session(string state) => new("Mesh", "mesh", "10.0.0.1", "64512", state, "", "", 0, 0);

    private static string[] Lines(AgentMetrics metrics) => metrics.Reply().Body.Split('\n');

    private AgentMetrics Metrics() => new(() => _now, _time);
}
