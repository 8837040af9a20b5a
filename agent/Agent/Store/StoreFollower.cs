using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Calico.Agent.Policy;
using Calico.Agent.Routing;
using Calico.Agent.Waiting;
using Calico.Ipam.Core;
using Calico.Ipam.Core.Reserve;
using Calico.Model;
using Calico.Model.Resources;
using Calico.Store;
using Calico.Store.Sync;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Store;

/// <summary>
/// Follows the datastore and keeps what this node needs of it. Says nothing before it has everything, and keeps what it has while the store is away.
/// </summary>
/// <param name="overlay">What the store has yet to be told.</param>
/// <param name="policy">Is told of every change; null when policy is not enforced.</param>
internal sealed class StoreFollower(IKeyValueStore store, string nodeName, IpamClient ipam, EndpointOverlay overlay, PolicyFeed? policy, ILogger log)
{
    /// <summary>What the allocator remembers between batches and must read again when others change it.</summary>
    private readonly string[] _allocationInputs =
    [
        EtcdKeys.Prefix(ResourceKind.IpPool),
        EtcdKeys.Prefix(ResourceKind.IpReservation),
        EtcdKeys.Resource(ResourceKind.Node, nodeName),
        EtcdKeys.AffinitiesOf(nodeName),
        EtcdKeys.IpamConfig,
    ];

    /// <summary>What else the node's reserve depends on.</summary>
    private readonly string[] _reserveInputs =
        [EtcdKeys.Handle(NodeReserve.HandleId(nodeName)), EtcdKeys.Resource(ResourceKind.ClusterInformation, "default")];

    private readonly Lock _lock = new();
    private readonly RoutingState _routing = new(nodeName);
    private readonly LocalEndpoints _endpoints = new(nodeName);
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>The wait for the next change of the overlay, over several pauses of the store.</summary>
    private Task? _believing;

    private bool _isBatchOpen;

    /// <summary>One item when routing may have changed since the last was taken; nothing before the first in-sync.</summary>
    public ChannelReader<bool> Changes => _changes.Reader;

    /// <summary>Hears of the questions of <c>calicoctl wait</c>.</summary>
    public ProgressAnswerer? Answerer { get; init; }

    public bool IsInSync => Resyncs > 0;

    /// <summary>How often the datastore was read as a whole.</summary>
    public long Resyncs { get; private set; }

    /// <summary>Called when the node's reserve may no longer be what it was; set before this runs.</summary>
    public Action ReserveChanged { get; set; } = () => { };

    /// <summary>Asks for another look, after one that failed.</summary>
    public void Again() => _changes.Writer.TryWrite(true);

    public RoutingModel Snapshot()
    {
        lock (_lock)
        {
            return _routing.Snapshot();
        }
    }

    /// <summary>An endpoint of this node as it was last told; null when there is none.</summary>
    public Resource<WorkloadEndpointSpec>? FindEndpoint(string key)
    {
        lock (_lock)
        {
            return _endpoints.Find(key);
        }
    }

    /// <param name="firstInSync">Called once, with the endpoints of this node.</param>
    public async Task RunAsync(Action<LocalEndpoints> firstInSync, CancellationToken cancellationToken)
    {
        var syncer = new Syncer(store, EtcdKeys.Root, log) { Until = EtcdKeys.Unfollowed };
        await foreach (var change in InBatches(syncer.RunAsync(cancellationToken), cancellationToken))
        {
            Answerer?.Hear(change);
            policy?.Add(change);
            if (change is StoreEvent.InSync inSync)
            {
                AgentLog.InSync(log, inSync.Revision, _endpoints.Count);
                if (!IsInSync)
                {
                    firstInSync(_endpoints);
                }

                Resyncs++;
                Again();
            }
            else if (Apply(change) && IsInSync)
            {
                Again();
            }
        }
    }

    /// <summary>
    /// The syncer tells what came together in one go; when the next event is still to come, a batch has ended.
    /// </summary>
    private async IAsyncEnumerable<StoreEvent> InBatches(IAsyncEnumerable<StoreEvent> events, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var each = events.GetAsyncEnumerator(CancellationToken.None);
        while (true)
        {
            bool isMore;
            var coming = each.MoveNextAsync();
            if (coming.IsCompletedSuccessfully)
            {
                isMore = coming.Result;
            }
            else
            {
                EndBatch();
                var next = coming.AsTask();
                await foreach (var believed in BelievedUntil(next, cancellationToken))
                {
                    yield return believed;
                }

                isMore = await next;
            }

            if (!isMore)
            {
                yield break;
            }

            // Who is in sync must not miss a pod that the store does not know.
            foreach (var believed in each.Current is StoreEvent.InSync ? Believed() : [])
            {
                yield return believed;
            }

            if (overlay.Pass(each.Current) is { } change)
            {
                _isBatchOpen = true;
                yield return change;
            }
        }
    }

    private void EndBatch()
    {
        if (_isBatchOpen)
        {
            _isBatchOpen = false;
            policy?.EndOfBatch();
        }
    }

    /// <summary>What the node believes of its own while nothing comes from the store.</summary>
    private async IAsyncEnumerable<StoreEvent> BelievedUntil(Task next, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await Task.WhenAny(next, _believing ??= overlay.Changes.WaitToReadAsync(cancellationToken).AsTask()) != next)
        {
            _believing = null;
            foreach (var believed in Believed())
            {
                yield return believed;
            }

            policy?.EndOfBatch();
        }
    }

    private IEnumerable<StoreEvent> Believed()
    {
        var mark = overlay.LastMark;
        while (overlay.Changes.TryRead(out var key))
        {
            if (overlay.Now(key) is { } believed)
            {
                yield return believed;
            }
        }

        policy?.NoteLocal(mark);
    }

    private bool Apply(StoreEvent change)
    {
        var key = change is StoreEvent.Set set ? set.KeyValue.Key : ((StoreEvent.Removed)change).Key;
        if (IsInSync && Array.Exists(_allocationInputs, prefix => key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            ipam.Invalidate();
            ReserveChanged();
        }
        else if (IsInSync && Array.Exists(_reserveInputs, input => key == input))
        {
            ReserveChanged();
        }

        lock (_lock)
        {
            if (change is StoreEvent.Set { KeyValue: var keyValue })
            {
                _endpoints.Set(key, keyValue.Value.Span);
                return _routing.Set(key, keyValue.Value.Span);
            }

            _endpoints.Remove(key);
            return _routing.Remove(key);
        }
    }
}
