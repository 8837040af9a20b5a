using Calico.Agent.Api.Outage;
using Calico.Ipam.Core;
using Calico.Model;
using Calico.Model.Resources;
using Calico.Tests.Unit.Ipam;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.AgentApi.Outage;

/// <summary>A node's allocator with reserve and journal on the store in memory; a new one on the same directory is the agent after a crash.</summary>
internal sealed class OutageNode : IDisposable
{
    public const string Name = "node-a";
    private readonly IpamClient _client;
    private readonly OutageState _state;

    /// <param name="afterCommit">Called when the recovery's transaction is committed, before anybody hears of it.</param>
    public OutageNode(Cluster cluster, string directory, int reserve = 4, Action? afterCommit = null)
    {
        Options = new OutageOptions { Reserve = reserve, JournalFile = Path.Combine(directory, "outage.journal"), Patience = TimeSpan.FromSeconds(30) };
        _client = cluster.Client();
        Endpoints = new FakeEndpoints(cluster);
        _state = new OutageState(Options, Endpoints, NullLogger.Instance, cluster);
        Recovery = new OutageRecovery(
            _state,
            async (batch, token) =>
            {
                var outcomes = await _client.CommitAsync(batch, token);
                afterCommit?.Invoke();
                return outcomes;
            },
            cluster.Store,
            Name,
            Options,
            NullLogger.Instance,
            cluster);
        Calls = new OutageAllocator(_client, _state, Options, TimeProvider.System);
    }

    public OutageOptions Options { get; }

    public FakeEndpoints Endpoints { get; }

    public OutageAllocator Calls { get; }

    public OutageRecovery Recovery { get; }

    public OutageStatus Status => _state.Status;

    /// <summary>The same with another patience towards the store.</summary>
    public OutageAllocator With(TimeSpan patience) => new(_client, _state, Options with { Patience = patience }, TimeProvider.System);

    public Task StepAsync() => Recovery.StepAsync(evenStuck: true, CancellationToken.None);

    public Task<Assignment> AddAsync(string container) => Calls.AssignAsync(Cluster.Add(container), CancellationToken.None);

    public Task<ReleaseResult> DelAsync(string container) => Calls.ReleaseAsync(Cluster.Del(container), CancellationToken.None);

    public void Dispose()
    {
        _state.Dispose();
        _client.Dispose();
    }

    /// <summary>Sees of the store what was in it when it answered last.</summary>
    internal sealed class FakeEndpoints(Cluster cluster) : ILocalEndpoints
    {
        private readonly Dictionary<string, Resource<WorkloadEndpointSpec>?> _laidOver = [];
        private HashSet<string> _known = [];

        public bool IsInSync { get; private set; }

        /// <summary>What is believed beyond the store: keys and the container, empty for none.</summary>
        public IReadOnlyDictionary<string, string> LaidOver => _laidOver.ToDictionary(pair => pair.Key, pair => pair.Value?.Spec.ContainerId ?? "");

        public void Look()
        {
            if (!cluster.Store.IsDown)
            {
                _known = [.. cluster.Keys(EtcdKeys.Prefix(ResourceKind.WorkloadEndpoint))];
                IsInSync = true;
            }
        }

        public Resource<WorkloadEndpointSpec>? Find(string key) => _laidOver.TryGetValue(key, out var laid) ? laid
            : _known.Contains(key) ? cluster.Get<Resource<WorkloadEndpointSpec>>(key) : null;

        public void Show(JournalEntry added) => _laidOver[added.EndpointKey] = added.Endpoint;

        public void Hide(JournalEntry deleted) => _laidOver[deleted.EndpointKey] = null;

        public void Confirm(JournalEntry told, long revision) => _laidOver.Remove(told.EndpointKey);
    }
}
