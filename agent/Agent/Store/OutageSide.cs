using Calico.Agent.Api.Outage;
using Calico.Agent.Options;
using Calico.Ipam.Core;
using Calico.Store;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Store;

/// <summary>What lets pods start and stop while the datastore is away: what the store has yet to be told, the reserve with its journal, and who tells it afterwards.</summary>
internal sealed class OutageSide : IDisposable
{
    private readonly OutageOptions _options;
    private readonly OutageRecovery _recovery;
    private readonly TimeProvider _time;

    public OutageSide(AgentOptions options, IpamClient ipam, IKeyValueStore store, ILogger log, TimeProvider time)
    {
        _time = time;
        _options = new OutageOptions { Reserve = options.Reserve, JournalFile = options.JournalFile };
        State = new OutageState(_options, Overlay, log, time);
        _recovery = new OutageRecovery(State, ipam.CommitAsync, store, options.NodeName, _options, log, time);
    }

    public EndpointOverlay Overlay { get; } = new();

    public OutageState State { get; }

    /// <summary>To be called when the node's reserve may no longer be what it was.</summary>
    public void InputsChanged() => _recovery.InputsChanged();

    public void Follow(StoreFollower follower) => (Overlay.Stored, Overlay.InSync) = (follower.FindEndpoint, () => follower.IsInSync);

    /// <summary>An allocator that goes on from the reserve when the store does not answer.</summary>
    public IEndpointAllocator Around(IEndpointAllocator allocator) => new OutageAllocator(allocator, State, _options, _time);

    public Task RunAsync(CancellationToken cancellationToken) => _recovery.RunAsync(cancellationToken);

    public void Dispose() => State.Dispose();
}
