using System.Text.Json;
using System.Threading.Channels;
using Calico.Agent.Api.Outage;
using Calico.Agent.Dataplane;
using Calico.Agent.Host;
using Calico.Agent.Options;
using Calico.Agent.Policy;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Status;

/// <summary>Writes the agent's status file when something in it changed; what changes together is written once.</summary>
/// <param name="dataplane">Null when policy is not enforced.</param>
internal sealed class StatusWriter(AgentOptions options, DataplaneLoop? dataplane, PolicyFeed feed, OutageState outage, ILogger log, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile RoutingSummary _routing = new([], []);

    /// <summary>What is left out of routing, one line each.</summary>
    public IReadOnlyList<string> RoutingProblems => _routing.Problems;

    /// <summary>What the file says is no longer so.</summary>
    public void Changed() => _changes.Writer.TryWrite(true);

    public void Changed(RoutingSummary routing)
    {
        _routing = routing;
        Changed();
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var _ in _changes.Reader.ReadAllAsync(cancellationToken))
        {
            Write();
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private void Write()
    {
        var status = new AgentStatus
        {
            Version = AgentVersion.Text,
            Node = options.NodeName,
            ProcessId = Environment.ProcessId,
            Updated = time.GetUtcNow(),
            Backend = options.RunsBird ? "bird" : "none",
            Blocks = _routing.Blocks,
            Problems = _routing.Problems,
            Policy = Policy(),
            Reserve = Reserve(),
        };
        try
        {
            AtomicFile.Write(options.StatusFile, JsonSerializer.SerializeToUtf8Bytes(status, StatusJson.Default.AgentStatus));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            AgentLog.StatusNotWritten(log, options.StatusFile, e.Message);
        }
    }

    private ReserveStatus Reserve()
    {
        var status = outage.Status;
        return new ReserveStatus { AwaySince = status.AwaySince, IPv4 = status.IPv4, IPv6 = status.IPv6, Journal = status.Journal, Problems = status.Problems };
    }

    private PolicyStatus Policy()
    {
        if (dataplane?.Status is not { } status)
        {
            return new PolicyStatus { Enforced = false };
        }

        return new PolicyStatus
        {
            Enforced = true,
            Backend = status.Backend,
            InSync = status.IsInSync,
            Revision = status.ProgrammedRevision,
            WorkloadEndpoints = status.WorkloadEndpoints,
            HostEndpoints = status.HostEndpoints,
            Policies = status.Policies,
            Profiles = status.Profiles,
            IpSets = status.IpSets,
            Chains = status.Chains,
            ApplyMilliseconds = status.ApplyTime.TotalMilliseconds,
            LatencyMilliseconds = status.Latency.TotalMilliseconds,
            Problems = feed.Problems,
            Failures = status.Failures,
            LateEndpoints = status.LateEndpoints,
        };
    }
}
