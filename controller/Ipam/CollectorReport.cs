using System.Collections.Immutable;
using Calico.Hosting.Metrics;
using Calico.Ipam.Core.Collection;
using Calico.Model.Net;
using Microsoft.Extensions.Logging;

namespace Calico.Controller.Ipam;

/// <summary>Log and upstream's <c>ipam_*</c> figures. Keeps what was taken back since last asked, for the Events.</summary>
internal sealed class CollectorReport(MetricRegistry metrics, ILogger log) : ICollectorReport
{
    private readonly Metric _inUse = metrics.Gauge("ipam_allocations_in_use", "addresses that are held, by the node they were given out on");
    private readonly Metric _borrowed = metrics.Gauge("ipam_allocations_borrowed", "addresses from another node's block, by the node that holds them");
    private readonly Metric _blocks = metrics.Gauge("ipam_blocks", "blocks by their owner");
    private readonly Metric _candidates = metrics.Gauge("ipam_allocations_gc_candidates", "addresses that look left over and may not be taken back yet");
    private readonly Metric _vetoed = metrics.Gauge("ipam_allocations_gc_vetoed", "addresses that look left over and are in use as their node says");
    private readonly Metric _reclaimed = metrics.Counter("ipam_allocations_gc_reclamations", "addresses that were left over and taken back");
    private readonly Metric _poolSize = metrics.Gauge("ipam_ippool_size", "addresses of a pool");
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private ImmutableArray<(string Node, string Text)> _news = [];

    /// <summary>What was taken back since the last call, by node.</summary>
    public ILookup<string, string> TakeNews()
    {
        var news = _news;
        _news = [];
        return news.ToLookup(item => item.Node, item => item.Text);
    }

    public void Looked(IpamSnapshot store, CollectorPlan plan)
    {
        Measure(store, plan);
        foreach (var problem in store.Problems)
        {
            Once(problem, () => IpamLog.Unreadable(log, problem));
        }

        foreach (var (holding, evidence) in plan.Vetoes)
        {
            Once(holding.Fingerprint, () => IpamLog.Vetoed(log, holding.Describe(), evidence));
        }

        if (!plan.Candidates.IsEmpty)
        {
            IpamLog.Candidates(log, plan.Candidates.Length, plan.Questions.Length);
        }
    }

    public void Reclaimed(Leak leak, ImmutableArray<IpAddress> freed)
    {
        var addresses = freed.IsEmpty ? "what was left" : string.Join(", ", freed);
        IpamLog.Reclaimed(log, addresses, leak.Holding.Describe(), leak.Reason);
        _reclaimed.Add(freed.Length, Node(leak.Holding.Node), ("reason", leak.Reason.ToString()));
        _news = _news.Add((leak.Holding.Node ?? "", $"{addresses} of {leak.Holding.Describe()} ({leak.Reason})"));
    }

    public void Released(BlockRelease block) => IpamLog.Released(log, block.Block.ToString(), block.Node, block.Sequence is null ? "left the cluster" : "has another one");

    public void Kept(Leak leak, string reason) => IpamLog.Kept(log, leak.Holding.Describe(), reason);

    public void Kept(BlockRelease block, string reason) => IpamLog.Kept(log, $"block {block.Block} of node {block.Node}", reason);

    private void Measure(IpamSnapshot store, CollectorPlan plan)
    {
        foreach (var metric in new[] { _inUse, _borrowed, _blocks, _candidates, _vetoed, _poolSize })
        {
            metric.Clear();
        }

        foreach (var block in store.Blocks)
        {
            var pool = ("ippool", store.Pools.FirstOrDefault(p => p.Value.Contains(block.Cidr)).Key ?? "no_ippool");
            _blocks.Add(1, Node(block.Owner), pool);
            foreach (var (node, count) in block.UsedByNode)
            {
                _inUse.Add(count, Node(node), pool);
                _borrowed.Add(node == block.Owner ? 0 : count, Node(node), pool);
            }
        }

        foreach (var leak in plan.Candidates)
        {
            _candidates.Add(leak.Holding.Addresses.Length, Node(leak.Holding.Node));
        }

        foreach (var (holding, _) in plan.Vetoes)
        {
            _vetoed.Add(holding.Addresses.Length, Node(holding.Node));
        }

        foreach (var (name, cidr) in store.Pools)
        {
            _poolSize.Set((double)cidr.Size, ("ippool", name));
        }
    }

    private static (string, string) Node(string? node) => ("node", string.IsNullOrEmpty(node) ? "unknown_node" : node);

    /// <summary>Says what does not change once, and not in each look.</summary>
    private void Once(string subject, Action say)
    {
        if (_told.Count > 10_000)
        {
            _told.Clear();
        }

        if (_told.Add(subject))
        {
            say();
        }
    }
}
