using System.Collections.Immutable;
using System.Text.Json;
using Calico.Controller.Queue;
using Calico.Controller.Reconciling;
using Calico.Ipam.Core;
using Calico.Ipam.Core.Collection;
using Calico.Model;
using Calico.Model.Json;
using Calico.Model.Kubernetes;
using Calico.Model.Resources;
using Calico.Store;
using Calico.Store.Kubernetes;
using Calico.Store.Sync;
using Microsoft.Extensions.Logging;

namespace Calico.Controller.Nodes;

/// <summary>Calico's records of nodes: labels follow Kubernetes, and what left Kubernetes goes with everything it had. A key is the name of a record.</summary>
internal sealed class NodeReconciler : IReconciler
{
    public static readonly ReconcilerKind Kind = new(
        "node", "copies labels of nodes, and takes back everything of nodes that left", context => new NodeReconciler(context));

    private readonly ControllerContext _context;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (Resource<NodeSpec> Node, long Revision)> _records = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyDictionary<string, string>> _labels = new(StringComparer.Ordinal);
    private volatile bool _hasRecords;
    private volatile bool _hasNodes;

    public NodeReconciler(ControllerContext context)
    {
        _context = context;
        _log = context.Logs.CreateLogger(Name);
    }

    public string Name => "node";

    public bool IsInSync => _hasRecords && _hasNodes;

    public async Task FollowAsync(WorkQueue queue, CancellationToken cancellationToken)
    {
        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Ending.FirstOfAsync([FollowRecordsAsync(queue, running.Token), FollowNodesAsync(queue, running.Token)], running);
    }

    public Task AuditAsync(WorkQueue queue, CancellationToken cancellationToken)
    {
        foreach (var name in Records(_ => true))
        {
            queue.Add(name);
        }

        return Task.CompletedTask;
    }

    public async Task ReconcileAsync(string key, CancellationToken cancellationToken)
    {
        if (!IsInSync || Find(key) is not { } record)
        {
            return;
        }

        var name = NodePresence.KubernetesName(key, record.Node);
        if (Labels(name) is { } labels)
        {
            await UpdateAsync(record.Node, record.Revision, name, labels, cancellationToken);
        }
        else if (NodePresence.Reference(record.Node) is not null && await _context.Api.ReadAsync(KubernetesKinds.Nodes, "", name, cancellationToken) is null)
        {
            using var ipam = new IpamClient(_context.Store, null, _context.Time);
            var (holdings, addresses, blocks) = await new NodeRemoval(_context.Store, ipam).RemoveAsync(key, record.Revision, cancellationToken);
            NodeLog.Removed(_log, key, holdings, addresses, blocks);
        }
    }

    private async Task UpdateAsync(
        Resource<NodeSpec> node, long revision, string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        if (NodePlan.Update(node, name, labels) is not { } wanted)
        {
            return;
        }

        var key = EtcdKeys.Resource(ResourceKind.Node, node.Metadata.Name);
        var result = await _context.Store.TxnAsync(
            new TxnRequest([new Compare(key, revision)], [new StoreOp.Put(key, ModelJson.Write(wanted))], []), cancellationToken);
        if (!result.Succeeded)
        {
            throw new StoreException($"{key} was changed by somebody else meanwhile");
        }

        NodeLog.Updated(_log, node.Metadata.Name);
    }

    private async Task FollowRecordsAsync(WorkQueue queue, CancellationToken cancellationToken)
    {
        await foreach (var change in new Syncer(_context.Store, EtcdKeys.Prefix(ResourceKind.Node), _log, _context.Time).RunAsync(cancellationToken))
        {
            if (change is StoreEvent.InSync)
            {
                _hasRecords = true;
                continue;
            }

            var key = change is StoreEvent.Set set ? set.KeyValue.Key : ((StoreEvent.Removed)change).Key;
            if (EtcdKeys.TryParseResource(ResourceKind.Node, key, out _, out var name))
            {
                Remember(name, (change as StoreEvent.Set)?.KeyValue);
                queue.Add(name);
            }
        }
    }

    private async Task FollowNodesAsync(WorkQueue queue, CancellationToken cancellationToken)
    {
        await foreach (var change in new KubernetesFollower<KubernetesNode>(_context.Api, KubernetesKinds.Nodes, ListQuery.All, _log, _context.Time).RunAsync(cancellationToken))
        {
            switch (change)
            {
                case KubernetesChange<KubernetesNode>.Set { Resource.Metadata: var metadata }:
                    Remember(metadata.Name, metadata.Labels, queue);
                    break;
                case KubernetesChange<KubernetesNode>.Removed removed:
                    Remember(removed.Name, null, queue);
                    break;
                default:
                    _hasNodes = true;
                    await AuditAsync(queue, cancellationToken);
                    break;
            }
        }
    }

    private void Remember(string record, KeyValue? keyValue)
    {
        lock (_lock)
        {
            _records.Remove(record);
            try
            {
                if (keyValue is not null)
                {
                    _records[record] = (ModelJson.Read<Resource<NodeSpec>>(keyValue.Value.Span), keyValue.ModRevision);
                }
            }
            catch (JsonException e)
            {
                NodeLog.Unreadable(_log, keyValue!.Key, e.Message);
            }
        }
    }

    /// <summary>A node writes its status every few seconds; only its labels matter here.</summary>
    private void Remember(string node, IReadOnlyDictionary<string, string>? labels, WorkQueue queue)
    {
        lock (_lock)
        {
            var known = _labels.GetValueOrDefault(node);
            if (labels is null)
            {
                _labels.Remove(node);
            }
            else
            {
                _labels[node] = labels;
                if (known is not null && KubeLabels.Write(known) == KubeLabels.Write(labels))
                {
                    return;
                }
            }
        }

        foreach (var record in Records(pair => NodePresence.KubernetesName(pair.Key, pair.Value.Node) == node))
        {
            queue.Add(record);
        }
    }

    private (Resource<NodeSpec> Node, long Revision)? Find(string record)
    {
        lock (_lock)
        {
            return _records.TryGetValue(record, out var found) ? found : null;
        }
    }

    private IReadOnlyDictionary<string, string>? Labels(string node)
    {
        lock (_lock)
        {
            return _labels.GetValueOrDefault(node);
        }
    }

    private ImmutableArray<string> Records(Func<KeyValuePair<string, (Resource<NodeSpec> Node, long Revision)>, bool> selects)
    {
        lock (_lock)
        {
            return [.. _records.Where(selects).Select(pair => pair.Key)];
        }
    }
}
