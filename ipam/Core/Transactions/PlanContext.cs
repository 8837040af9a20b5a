using Calico.Ipam.Core.Pools;
using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Resources;

namespace Calico.Ipam.Core.Transactions;

/// <summary>What holds for every request of one planning run: the time, the settings, the pools.</summary>
internal sealed class PlanContext
{
    private readonly Lazy<(List<Pool> Pools, Reservations Reservations, List<string> Problems)> _ranges;

    public PlanContext(StoreView view, DateTimeOffset now)
    {
        View = view;
        Now = now;
        _ranges = new(() => ReadRanges(view));
    }

    public StoreView View { get; }

    public string Node => View.Node;

    public DateTimeOffset Now { get; }

    public IReadOnlyList<Pool> Pools => _ranges.Value.Pools;

    public Reservations Reservations => _ranges.Value.Reservations;

    /// <summary>Objects that could not be understood, each a sentence with its name.</summary>
    public IReadOnlyList<string> Problems => _ranges.Value.Problems;

    public void Report(string problem)
    {
        if (!Problems.Contains(problem))
        {
            _ranges.Value.Problems.Add(problem);
        }
    }

    /// <summary>Throws unless the cluster is open for this kind of change.</summary>
    /// <param name="evenIfAbsent">A cluster that was never set up has nothing to protect from a release.</param>
    public static void RequireReady(Draft draft, bool evenIfAbsent)
    {
        var information = draft.Read<Resource<ClusterInformationSpec>>(EtcdKeys.Resource(ResourceKind.ClusterInformation, "default"));
        if (information is null && evenIfAbsent)
        {
            return;
        }

        if (information?.Spec.DatastoreReady != true)
        {
            throw information is null
                ? new IpamException(IpamFailure.NotReady, "the datastore has no ClusterInformation 'default'", "calico-agent creates it when it first starts")
                : new IpamException(IpamFailure.NotReady, "ClusterInformation 'default' says that the datastore is not ready", "an upgrade may be in progress: try again when datastoreReady is true");
        }
    }

    public static IpamConfig Config(Draft draft) => draft.Read<IpamConfig>(EtcdKeys.IpamConfig) ?? IpamConfig.Default;

    public static TimeSpan CoolDown(IpamConfig config) => TimeSpan.FromSeconds(Math.Clamp(config.IpCooldownSeconds ?? 0, 0, 1200));

    private static (List<Pool>, Reservations, List<string>) ReadRanges(StoreView view)
    {
        var pools = new List<Pool>();
        var problems = new List<string>();
        foreach (var keyValue in view.Listed(ResourceKind.IpPool))
        {
            if (Pool.TryRead(keyValue, out var pool, out var problem))
            {
                pools.Add(pool);
            }
            else
            {
                problems.Add(problem);
            }
        }

        return (pools, Reservations.Read(view.Listed(ResourceKind.IpReservation), problems), problems);
    }
}
