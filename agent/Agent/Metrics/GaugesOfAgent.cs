using Calico.Agent.Dataplane;
using Calico.Agent.Routing;
using Calico.Hosting.Metrics;

namespace Calico.Agent.Metrics;

/// <summary>The figures that are read at a scrape rather than counted.</summary>
internal sealed class GaugesOfAgent(MetricRegistry registry)
{
    private static readonly string[] SessionStates = ["Established", "Down"];

    private readonly Metric _ready = registry.Gauge("calico_agent_ready", "1 when the node can take pods, as /readiness says");
    private readonly Metric _resyncState = registry.Gauge("felix_resync_state", "0: etcd was not reached yet, 1: the datastore is being read, 2: in sync");
    private readonly Metric _resyncs = registry.Counter("felix_resyncs_started", "how often the datastore was read as a whole: once, and again when etcd did not keep what was missed");
    private readonly Metric _connected = registry.Gauge("calico_agent_etcd_connected", "1 when the last attempt to speak with etcd succeeded");
    private readonly Metric _storeFailures = registry.Counter("calico_agent_etcd_failures_total", "attempts that no endpoint of etcd answered, and watches that broke off");
    private readonly Metric _reserve = registry.Gauge("calico_agent_reserve_addresses", "addresses that pods can be given while etcd is away");
    private readonly Metric _journal = registry.Gauge("calico_agent_journal_entries", "calls that were served without etcd and that it has yet to be told of");
    private readonly Metric _endpoints = registry.Gauge("felix_active_local_endpoints", "workload and host endpoints of this node");
    private readonly Metric _policies = registry.Gauge("felix_active_local_policies", "policies that select an endpoint of this node");
    private readonly Metric _profiles = registry.Gauge("calico_agent_active_local_profiles", "profiles of endpoints of this node");
    private readonly Metric _sets = registry.Gauge("felix_ipsets_calico", "IP sets in use, of both families");
    private readonly Metric _chains = registry.Gauge("felix_iptables_chains", "our chains in all tables of both families");
    private readonly Metric _revision = registry.Gauge("calico_agent_programmed_revision", "the datastore's revision up to which everything is in the kernel");
    private readonly Metric _problems = registry.Gauge("calico_agent_problems", "what calico-agent status names: wrong objects, what is left out of routing, what the kernel does not take, endpoints that are late, calls that etcd cannot be told of");
    private readonly Metric _sessions = registry.Gauge("calico_agent_bgp_sessions", "BGP sessions that should be up, by whether they are");

    public void Set(AgentFigures now)
    {
        _ready.Set(now.IsReady ? 1 : 0);
        _resyncState.Set(now.IsInSync ? 2 : now.IsStoreConnected ? 1 : 0);
        _resyncs.Set(now.Resyncs);
        _connected.Set(now.IsStoreConnected ? 1 : 0);
        _storeFailures.Set(now.StoreFailures);
        _reserve.Set(now.Outage.IPv4, ("family", "IPv4"));
        _reserve.Set(now.Outage.IPv6, ("family", "IPv6"));
        _journal.Set(now.Outage.Journal);
        _problems.Set(now.Outage.Problems.Count, ("kind", "journal"));
        _problems.Set(now.ObjectProblems, ("kind", "object"));
        _problems.Set(now.RoutingProblems, ("kind", "routing"));
        if (now.Dataplane is { } dataplane)
        {
            Set(dataplane);
        }

        foreach (var state in SessionStates)
        {
            _sessions.Set(now.Sessions.Count(session => StateOf(session) == state), ("state", state));
        }
    }

    private void Set(DataplaneStatus dataplane)
    {
        _endpoints.Set(dataplane.WorkloadEndpoints + dataplane.HostEndpoints);
        _policies.Set(dataplane.Policies);
        _profiles.Set(dataplane.Profiles);
        _sets.Set(dataplane.IpSets);
        _chains.Set(dataplane.Chains);
        _revision.Set(dataplane.ProgrammedRevision);
        _problems.Set(dataplane.Failures.Count, ("kind", "kernel"));
        _problems.Set(dataplane.LateEndpoints.Count, ("kind", "late"));
    }

    private static string StateOf(SessionStatus session) => session.IsEstablished ? SessionStates[0] : SessionStates[1];
}
