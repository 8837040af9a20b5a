using System.Collections.Immutable;
using Calico.Ipam.Core;
using Calico.Ipam.Core.Collection;
using Calico.Model;
using Calico.Model.Json;
using Calico.Store;

namespace Calico.Controller.Ipam;

/// <summary>Looks for what was left over and takes it back: reads, plans, asks, checks once more, commits. Remembers earlier looks; one leader runs it.</summary>
internal sealed class Collector(IKeyValueStore store, IpamClient ipam, IClusterReader cluster, ICollectorReport report, CollectorOptions options, TimeProvider time)
{
    private ImmutableDictionary<string, Observation> _observations = ImmutableDictionary<string, Observation>.Empty;

    /// <summary>One look. A holding that cannot be taken back does not stop the others.</summary>
    /// <returns>What was decided.</returns>
    /// <exception cref="StoreException">The store does not answer.</exception>
    public async Task<CollectorPlan> LookAsync(CancellationToken cancellationToken)
    {
        // The order matters: who held an address when the store was read was known to Kubernetes before that.
        var snapshot = await ipam.SnapshotAsync(cancellationToken);
        var facts = await cluster.ReadAsync(cancellationToken);
        var plan = new CollectorPlanner(snapshot, facts, _observations, options, time.GetUtcNow()).Plan();
        _observations = plan.Observations;
        report.Looked(snapshot, plan);
        foreach (var question in plan.Questions)
        {
            await WriteAsync(new StoreOp.Put(EtcdKeys.Inquiry(question.Node, question.Subject), ModelJson.Write(question.Inquiry)), cancellationToken);
        }

        foreach (var (node, subject) in plan.Withdrawals)
        {
            await WriteAsync(new StoreOp.Delete(EtcdKeys.Inquiry(node, subject)), cancellationToken);
        }

        foreach (var leak in plan.Leaks.Take(options.PerLook))
        {
            await ReclaimAsync(leak, snapshot, cancellationToken);
        }

        foreach (var block in plan.Blocks.Take(options.PerLook))
        {
            await ReleaseAsync(block, snapshot, cancellationToken);
        }

        return plan;
    }

    private Task<TxnResult> WriteAsync(StoreOp write, CancellationToken cancellationToken) =>
        store.TxnAsync(new TxnRequest([], [write], []), cancellationToken);

    private async Task ReclaimAsync(Leak leak, IpamSnapshot snapshot, CancellationToken cancellationToken)
    {
        try
        {
            if (!await LeakConfirmation.IsStillTrueAsync(leak.Holding, leak.Reason, snapshot, cluster, cancellationToken))
            {
                report.Kept(leak, "Kubernetes has it again");
                return;
            }

            await PaceAsync(cancellationToken);
            var freed = await ipam.ReclaimAsync(new ReclaimRequest(leak.Holding, leak.Answer), cancellationToken);
            report.Reclaimed(leak, freed);
        }
        catch (IpamException e)
        {
            report.Kept(leak, e.Message);
        }
    }

    private async Task ReleaseAsync(BlockRelease block, IpamSnapshot snapshot, CancellationToken cancellationToken)
    {
        try
        {
            if (block.Sequence is null && await HasNodeAsync(block.Node, snapshot, cancellationToken))
            {
                return;
            }

            await PaceAsync(cancellationToken);
            await ipam.ReleaseBlockAsync(block.Node, block.Block, block.Sequence, cancellationToken);
            report.Released(block);
        }
        catch (IpamException e)
        {
            report.Kept(block, e.Message);
        }
    }

    private Task<bool> HasNodeAsync(string node, IpamSnapshot snapshot, CancellationToken cancellationToken) =>
        cluster.HasNodeAsync(NodePresence.KubernetesName(node, snapshot.Nodes.GetValueOrDefault(node)), cancellationToken);

    private Task PaceAsync(CancellationToken cancellationToken) =>
        options.PerSecond > 0 ? Task.Delay(TimeSpan.FromSeconds(1.0 / options.PerSecond), time, cancellationToken) : Task.CompletedTask;
}
