using Calico.Store.Etcd;
using Calico.Store.Sync;
using Calico.Tests.Rig.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Netns.Store;

/// <summary>The syncer on a real etcd, through what etcd does to its clients.</summary>
[Parallelizable]
internal sealed class SyncerOnEtcdTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private EtcdServer _etcd = null!;
    private EtcdClient _store = null!;

    [SetUp]
    public async Task Start()
    {
        _etcd = await EtcdServer.StartOnLoopbackAsync();
        _store = StoreText.Client(_etcd.Endpoint);
    }

    [TearDown]
    public async Task Stop()
    {
        await _store.DisposeAsync();
        await _etcd.DisposeAsync();
    }

    [Test]
    public async Task A_history_compacted_during_an_outage_is_made_up_for_by_the_difference()
    {
        await using var relay = new Relay(_etcd.Endpoint);
        await using var cutOff = StoreText.Client(relay.Endpoint);
        await _store.PutAsync("/calico/kept", "1");
        await _store.PutAsync("/calico/changed", "1");
        await _store.PutAsync("/calico/removed", "1");
        using var deadline = new CancellationTokenSource(Deadline);
        await using var events = new Syncer(cutOff, "/calico/", NullLogger.Instance).RunAsync(deadline.Token).GetAsyncEnumerator();
        Assert.That(await UntilInSyncAsync(events), Is.EquivalentTo(["set /calico/kept 1", "set /calico/changed 1", "set /calico/removed 1"]));

        var next = UntilInSyncAsync(events);
        relay.Cut();
        await _store.PutAsync("/calico/changed", "2");
        await _store.PutAsync("/calico/new", "1");
        var last = await _store.DeleteAsync("/calico/removed");
        (await _etcd.ControlAsync("compact", $"{last.Revision}")).OrThrow();
        relay.Mend();
        Assert.That(await next, Is.EquivalentTo(["set /calico/changed 2", "set /calico/new 1", "gone /calico/removed"]));
    }

    [Test]
    public async Task A_syncer_that_starts_before_etcd_waits_for_it()
    {
        await _etcd.KillAsync();
        using var deadline = new CancellationTokenSource(Deadline);
        await using var events = new Syncer(_store, "/calico/", NullLogger.Instance).RunAsync(deadline.Token).GetAsyncEnumerator();
        var next = UntilInSyncAsync(events);
        await Task.Delay(500);
        await _etcd.StartAsync();
        Assert.That(await next, Is.Empty);
    }

    [Test]
    public async Task A_store_restored_to_an_earlier_state_is_followed_back()
    {
        for (var i = 0; i < 5; i++)
        {
            await _store.PutAsync($"/calico/{i}", "1");
        }

        using var deadline = new CancellationTokenSource(Deadline);
        await using var events = new Syncer(_store, "/calico/", NullLogger.Instance).RunAsync(deadline.Token).GetAsyncEnumerator();
        Assert.That(await UntilInSyncAsync(events), Has.Count.EqualTo(5));
        var next = UntilInSyncAsync(events);
        await _etcd.KillAsync();
        await _etcd.StartEmptyAsync();
        Assert.That(await next, Is.EquivalentTo(Enumerable.Range(0, 5).Select(i => $"gone /calico/{i}")));
    }

    private static async Task<List<string>> UntilInSyncAsync(IAsyncEnumerator<StoreEvent> events)
    {
        var told = new List<string>();
        while (await events.MoveNextAsync() && events.Current is not StoreEvent.InSync)
        {
            told.Add(Text(events.Current));
        }

        return told;
    }

    private static string Text(StoreEvent change) => change switch
    {
        StoreEvent.Set set => $"set {set.KeyValue.Key} {set.KeyValue.Text()}",
        StoreEvent.Removed removed => $"gone {removed.Key}",
        _ => "in sync",
    };
}
