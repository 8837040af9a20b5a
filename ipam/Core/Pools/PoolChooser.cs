using System.Collections.Immutable;
using Calico.Model.Net;
using Calico.Policy.Selectors;

namespace Calico.Ipam.Core.Pools;

/// <summary>Which pools one request may take addresses of one family from.</summary>
internal static class PoolChooser
{
    /// <param name="named">Names or CIDRs; empty is every pool that serves this node and namespace by itself.</param>
    /// <param name="nodeLabels">Asked for only when a pool selects by them.</param>
    /// <exception cref="IpamException"><see cref="IpamFailure.InvalidRequest"/>: a named pool is not there or cannot be used.</exception>
    public static PoolChoice Choose(
        IReadOnlyList<Pool> pools,
        IpFamily family,
        IReadOnlyList<string> named,
        Func<IReadOnlyDictionary<string, string>> nodeLabels,
        IReadOnlyDictionary<string, string> namespaceLabels)
    {
        if (named.Count > 0)
        {
            return new PoolChoice([.. named.Select(text => Named(pools, family, text))], []);
        }

        var usable = ImmutableArray.CreateBuilder<Pool>();
        var refused = ImmutableArray.CreateBuilder<string>();
        foreach (var pool in pools.Where(p => p.Family == family))
        {
            if (Refusal(pool, nodeLabels, namespaceLabels) is { } reason)
            {
                refused.Add($"{pool.Name} ({reason})");
            }
            else
            {
                usable.Add(pool);
            }
        }

        return new PoolChoice(usable.ToImmutable(), refused.ToImmutable());
    }

    /// <summary>As upstream: who names a pool gets it whatever its selectors say, as long as it is enabled and serves workloads.</summary>
    private static Pool Named(IReadOnlyList<Pool> pools, IpFamily family, string text)
    {
        var pool = pools.FirstOrDefault(p => p.Name == text)
            ?? (Cidr.TryParse(text, out var cidr) ? pools.FirstOrDefault(p => p.Cidr == cidr) : null);
        var problem = pool switch
        {
            null => "does not exist",
            { IsDisabled: true } => "is disabled",
            { ServesWorkloads: false } => "is not for workloads (allowedUses)",
            _ when pool.Family != family => $"holds {pool.Family} addresses, but {family} was asked for",
            _ => null,
        };
        return problem is null
            ? pool!
            : throw new IpamException(IpamFailure.InvalidRequest, $"the pool '{text}' that was asked for {problem}", "check the pools' names in the annotation or the conf");
    }

    private static string? Refusal(
        Pool pool, Func<IReadOnlyDictionary<string, string>> nodeLabels, IReadOnlyDictionary<string, string> namespaceLabels)
    {
        if (pool.IsDisabled)
        {
            return "disabled";
        }

        if (!pool.ServesWorkloads)
        {
            return "allowedUses has no Workload";
        }

        if (pool.IsManual)
        {
            return "assignmentMode is Manual";
        }

        if (!pool.NodeSelector.Equals(Selector.All) && !pool.NodeSelector.Matches(nodeLabels()))
        {
            return $"nodeSelector {pool.NodeSelector} does not select this node";
        }

        return pool.NamespaceSelector.Matches(namespaceLabels) ? null : $"namespaceSelector {pool.NamespaceSelector} does not select the namespace";
    }
}
