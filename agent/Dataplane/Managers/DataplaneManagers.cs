using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane.IpSets;
using Calico.Agent.Dataplane.Tools;
using Calico.Model.Net;
using Calico.Policy.Compiled;

namespace Calico.Agent.Dataplane.Managers;

/// <summary>Turns messages into what the drivers should have. Not thread-safe.</summary>
internal sealed class DataplaneManagers
{
    private readonly ObjectManager<PolicyId, ActivePolicyUpdate> _policies = new("policy", (rules, policy, hosts) => rules.Policy(policy, hosts));
    private readonly ObjectManager<string, ActiveProfileUpdate> _profiles = new("profile", (rules, profile, hosts) => rules.Profile(profile, hosts));
    private readonly WorkloadManager _workloads = new();
    private readonly HostManager _hosts;
    private readonly HashSet<string> _setIds = [];

    /// <param name="backend">Of the tables, for the status.</param>
    /// <param name="interfaces">The host's own interfaces and their addresses, as they are now.</param>
    /// <param name="leaveOther">Takes our rules out of the back end that is not used, where an agent with other settings put them.</param>
    public DataplaneManagers(
        IptablesBackend backend,
        IIpSets sets,
        IReadOnlyList<FamilyTables> families,
        Func<IReadOnlyDictionary<string, IReadOnlyCollection<IpAddress>>> interfaces,
        Func<CancellationToken, Task> leaveOther)
    {
        (Backend, Sets, Families, LeaveOtherBackendAsync) = (backend, sets, families, leaveOther);
        _hosts = new HostManager(_policies, _profiles, interfaces);
        foreach (var family in families)
        {
            family.Chains.Set("static", family.Rules.Static());
            foreach (var (table, hook) in family.Rules.Hooks())
            {
                family.Tables.Set(table, hook);
            }
        }
    }

    public IptablesBackend Backend { get; }

    /// <summary>Once the rules are in the one back end they must not stay in the other: a packet would meet both.</summary>
    public Func<CancellationToken, Task> LeaveOtherBackendAsync { get; }

    public IIpSets Sets { get; }

    public IReadOnlyList<FamilyTables> Families { get; }

    /// <summary>What the kernel does not take although the rest is in force.</summary>
    public IEnumerable<KernelProblem> Problems => Sets.Problems.Concat(Families.SelectMany(family => family.Tables.Problems));

    /// <summary>How long the kernel need not be read again; infinite: never.</summary>
    public TimeSpan UntilRefresh => Families.Select(family => family.Tables.UntilRefresh).Append(Sets.UntilRefresh)
        .Where(pause => pause != Timeout.InfiniteTimeSpan).DefaultIfEmpty(Timeout.InfiniteTimeSpan).Min();

    public Task ApplySetsAsync(CancellationToken cancellationToken) =>
        Sets.UntilRefresh == TimeSpan.Zero ? Sets.RefreshAsync(cancellationToken) : Sets.ApplyUpdatesAsync(cancellationToken);

    public void OnMessage(DataplaneMessage message)
    {
        switch (message)
        {
            case IpSetUpdate update:
                _setIds.Add(update.Id);
                Sets.Set(update.Id, update.Kind, update.Members);
                break;
            case IpSetDelta delta:
                Sets.Change(delta.Id, delta.Added, delta.Removed);
                break;
            case IpSetRemove removed:
                _setIds.Remove(removed.Id);
                Sets.Remove(removed.Id);
                break;
            case ActivePolicyUpdate policy:
                _policies.Set(policy.Id, policy);
                break;
            case ActivePolicyRemove removed:
                _policies.Remove(removed.Id);
                break;
            case ActiveProfileUpdate profile:
                _profiles.Set(profile.Name, profile);
                break;
            case ActiveProfileRemove removed:
                _profiles.Remove(removed.Name);
                break;
            case WorkloadEndpointUpdate workload:
                _workloads.Set(workload);
                break;
            case WorkloadEndpointRemove removed:
                _workloads.Remove(removed.Id);
                break;
            case HostEndpointUpdate host:
                _hosts.Set(host);
                break;
            case HostEndpointRemove removed:
                _hosts.Remove(removed.Id);
                break;
        }
    }

    /// <summary>Tells the drivers what follows from the messages since the last time.</summary>
    public void Complete()
    {
        _policies.Complete(Families, _hosts.All);
        _profiles.Complete(Families, _hosts.All);
        _workloads.Complete(Families);
        _hosts.Complete(Families);
    }

    /// <summary>The status with the figures of what is wanted now.</summary>
    public DataplaneStatus Count(DataplaneStatus status) => status with
    {
        Backend = Backend == IptablesBackend.Nft ? "nft" : "legacy",
        WorkloadEndpoints = _workloads.Count,
        HostEndpoints = _hosts.All.Count,
        Policies = _policies.Count,
        Profiles = _profiles.Count,
        IpSets = _setIds.Count,
        Chains = Families.Sum(family => family.Chains.Count),
    };
}
