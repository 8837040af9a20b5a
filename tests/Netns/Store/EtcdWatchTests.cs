using Calico.Store;
using Calico.Store.Etcd;
using Calico.Tests.Rig.Store;
using static Calico.Tests.Netns.Store.StoreText;

namespace Calico.Tests.Netns.Store;

/// <summary>Watches of a real etcd.</summary>
[Parallelizable]
internal sealed class EtcdWatchTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private EtcdServer _etcd = null!;
    private EtcdClient _store = null!;

    [SetUp]
    public async Task Start()
    {
        _etcd = await EtcdServer.StartOnLoopbackAsync();
        _store = Client(_etcd.Endpoint);
    }

    [TearDown]
    public async Task Stop()
    {
        await _store.DisposeAsync();
        await _etcd.DisposeAsync();
    }

    [Test]
    public async Task A_watch_tells_the_past_from_its_revision_and_then_what_happens_of_its_prefix_only()
    {
        await _store.PutAsync("/calico/w/old", "0");
        var from = (await _store.PutAsync("/calico/w/a", "1")).Revision;
        await _store.PutAsync("/calico/other", "x");
        using var deadline = new CancellationTokenSource(Deadline);
        await using var watch = _store.WatchAsync(new WatchRequest("/calico/w/", from), deadline.Token).GetAsyncEnumerator();

        Assert.That(await NextAsync(watch), Is.EqualTo("set /calico/w/a 1"));
        await _store.PutAsync("/calico/w/b", "2");
        Assert.That(await NextAsync(watch), Is.EqualTo("set /calico/w/b 2"));
        var deleted = await _store.DeleteAsync("/calico/w/a");
        Assert.That(await NextAsync(watch), Is.EqualTo("gone /calico/w/a"));
        Assert.That(watch.Current.Revision, Is.EqualTo(deleted.Revision));
    }

    [Test]
    public async Task A_range_that_ends_early_leaves_out_the_rest_of_the_prefix()
    {
        await _store.PutAsync("/calico/w/a", "1");
        await _store.PutAsync("/calico/w/~a", "1");
        var request = RangeRequest.Prefix("/calico/w/") with { Until = "/calico/w/~" };
        Assert.That((await _store.RangeAsync(request, CancellationToken.None)).KeyValues.Select(keyValue => keyValue.Key), Is.EqualTo(["/calico/w/a"]));
        using var deadline = new CancellationTokenSource(Deadline);
        await using var watch = _store.WatchAsync(new WatchRequest("/calico/w/", 1, "/calico/w/~"), deadline.Token).GetAsyncEnumerator();
        Assert.That(await NextAsync(watch), Is.EqualTo("set /calico/w/a 1"));
        await _store.PutAsync("/calico/w/~b", "1");
        await _store.PutAsync("/calico/w/z", "2");
        Assert.That(await NextAsync(watch), Is.EqualTo("set /calico/w/z 2"));
    }

    [Test]
    public async Task All_changes_of_a_transaction_come_in_one_batch()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await using var watch = _store.WatchAsync(new WatchRequest("/calico/w/", 1), deadline.Token).GetAsyncEnumerator();
        var big = new string('x', 30_000);
        var operations = Enumerable.Range(0, 40).Select(i => Put($"/calico/w/{i:00}", big)).ToList();
        await _store.TxnAsync(new TxnRequest([], operations, []), CancellationToken.None);

        Assert.That(await watch.MoveNextAsync());
        Assert.That(watch.Current.Events, Has.Count.EqualTo(40));
    }

    [Test]
    public async Task A_history_larger_than_one_message_of_etcd_arrives_whole_and_in_order()
    {
        var big = new string('x', 1_000_000);
        for (var i = 0; i < 12; i++)
        {
            await _store.PutAsync($"/calico/w/{i:00}", big);
        }

        using var deadline = new CancellationTokenSource(Deadline);
        var keys = new List<string>();
        await foreach (var batch in _store.WatchAsync(new WatchRequest("/calico/w/", 1), deadline.Token))
        {
            keys.AddRange(batch.Events.Select(e => e.Key));
            if (keys.Count == 12)
            {
                break;
            }
        }

        Assert.That(keys, Is.EqualTo(Enumerable.Range(0, 12).Select(i => $"/calico/w/{i:00}")));
    }

    [Test]
    public async Task A_compacted_revision_ends_the_watch_with_the_oldest_one_kept()
    {
        await _store.PutAsync("/calico/w/a", "1");
        await _store.PutAsync("/calico/w/a", "2");
        var now = (await _store.PutAsync("/calico/w/a", "3")).Revision;
        (await _etcd.ControlAsync("compact", $"{now}")).OrThrow();
        using var deadline = new CancellationTokenSource(Deadline);
        await using var watch = _store.WatchAsync(new WatchRequest("/calico/w/", 2), deadline.Token).GetAsyncEnumerator();

        var error = await Assert.ThrowsAsync<StoreCompactedException>(async () => await watch.MoveNextAsync());
        Assert.That(error!.CompactRevision, Is.EqualTo(now));
    }

    [Test]
    public async Task A_watch_goes_on_where_it_was_after_etcd_was_killed_and_started_again()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await using var watch = _store.WatchAsync(new WatchRequest("/calico/w/", 1), deadline.Token).GetAsyncEnumerator();
        await _store.PutAsync("/calico/w/a", "before");
        Assert.That(await NextAsync(watch), Is.EqualTo("set /calico/w/a before"));

        var next = NextAsync(watch);
        await _etcd.KillAsync();
        await Task.Delay(300);
        Assert.That(next.IsCompleted, Is.False, "trouble is not told to the caller");
        await _etcd.StartAsync();
        await _etcd.PutAsync("/calico/w/a", "after");
        Assert.That(await next, Is.EqualTo("set /calico/w/a after"));
    }

    [Test]
    public async Task A_watch_finds_the_one_endpoint_that_works_and_finds_it_again_after_a_break()
    {
        await using var relay = new Relay(_etcd.Endpoint);
        await using var store = Client(BlackHole.Refusing(), relay.Endpoint, BlackHole.Refusing());
        using var deadline = new CancellationTokenSource(Deadline);
        await using var watch = store.WatchAsync(new WatchRequest("/calico/w/", 1), deadline.Token).GetAsyncEnumerator();
        await _store.PutAsync("/calico/w/a", "1");
        Assert.That(await NextAsync(watch), Is.EqualTo("set /calico/w/a 1"));
        relay.Cut();
        await _store.PutAsync("/calico/w/b", "2");
        relay.Mend();
        Assert.That(await NextAsync(watch), Is.EqualTo("set /calico/w/b 2"));
    }

    [Test]
    public async Task A_store_that_begins_again_from_nothing_is_noticed()
    {
        for (var i = 0; i < 10; i++)
        {
            await _store.PutAsync("/calico/w/a", $"{i}");
        }

        using var deadline = new CancellationTokenSource(Deadline);
        await using var watch = _store.WatchAsync(new WatchRequest("/calico/w/", 11), deadline.Token).GetAsyncEnumerator();
        Assert.That(await NextAsync(watch), Is.EqualTo("set /calico/w/a 9"));
        var next = watch.MoveNextAsync();
        await _etcd.KillAsync();
        await _etcd.StartEmptyAsync();

        await Assert.ThrowsAsync<StoreCompactedException>(async () => await next);
    }

    [Test]
    public async Task A_watch_ends_at_once_when_its_caller_has_had_enough()
    {
        using var enough = new CancellationTokenSource();
        await using var watch = _store.WatchAsync(new WatchRequest("/calico/w/", 0), enough.Token).GetAsyncEnumerator();
        var next = watch.MoveNextAsync().AsTask();
        await Task.Delay(200);
        await enough.CancelAsync();
        var ended = await Task.WhenAny(next, Task.Delay(2_000));
        Assert.That(ended, Is.SameAs(next));
        Assert.That(next.IsCanceled);
    }

    private static async Task<string> NextAsync(IAsyncEnumerator<WatchBatch> watch)
    {
        while (await watch.MoveNextAsync())
        {
            if (watch.Current.Events.Count > 0)
            {
                return string.Join(", ", watch.Current.Events.Select(e => e.After is { } after ? $"set {e.Key} {after.Text()}" : $"gone {e.Key}"));
            }
        }

        throw new InvalidOperationException("the watch ended");
    }
}
