using System.Text.Json.Nodes;
using Calico.Controller.Metrics;
using Calico.Controller.Reconciling;
using Calico.Hosting.Metrics;
using Calico.Store.Kubernetes;
using Calico.Tests.Fakes;
using Calico.Tests.Fakes.Kubernetes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.Controller;

/// <summary>One reconciler between an API server and a datastore, both ours.</summary>
internal sealed class ControllerFixture : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly KubernetesClient _client;
    private Task _running = Task.CompletedTask;

    public ControllerFixture()
    {
        _client = Api.Client();
        Context = new ControllerContext(Store, _client, new MetricRegistry(), NullLoggerFactory.Instance, TimeProvider.System);
    }

    public FakeKubernetes Api { get; } = new();

    public InMemoryStore Store { get; } = new();

    public ControllerContext Context { get; }

    public ReconcilerHost? Host { get; private set; }

    /// <summary>Audits come so often that a test sees them, if it asks for it.</summary>
    public void Start(ReconcilerKind kind, TimeSpan? period = null)
    {
        Host = new ReconcilerHost(kind.Create(Context), period ?? TimeSpan.FromHours(1), new ControllerMetrics(Context.Metrics), NullLogger.Instance, TimeProvider.System);
        _running = Host.RunAsync(_stop.Token);
    }

    /// <summary>Starts, and waits until everything there is has been worked on.</summary>
    public async Task StartedAsync(ReconcilerKind kind)
    {
        Start(kind);
        await SettledAsync();
    }

    public Task SettledAsync() => Eventually.TrueAsync(() => Host!.Reconciler.IsInSync && Host.Queue.IsIdle, State);

    public JsonObject? Stored(string key) => Store.Contents().TryGetValue(key, out var text) ? JsonNode.Parse(text)!.AsObject() : null;

    public Task StoredAsync(string key, Func<JsonObject, bool>? condition = null) =>
        Eventually.TrueAsync(() => Stored(key) is { } value && (condition?.Invoke(value) ?? true), State);

    public Task GoneAsync(string key) => Eventually.TrueAsync(() => Stored(key) is null, State);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _running.WaitAsync(TimeSpan.FromSeconds(10));
        }
        catch (OperationCanceledException)
        {
            // Its normal end.
        }

        _client.Dispose();
        await Api.DisposeAsync();
        _stop.Dispose();
    }

    private string State() => $"in sync: {Host?.Reconciler.IsInSync}, ready {Host?.Queue.Ready}, failing {Host?.Queue.Failing}; stored:\n{string.Join('\n', Store.Contents())}";
}
