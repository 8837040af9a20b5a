using Calico.Store;
using Calico.Store.Sync;
using Calico.Tests.Fakes;

namespace Calico.Tests.Unit.Store.Sync;

internal sealed class SyncerTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private InMemoryStore _store = null!;
    private RecordingLog _log = null!;
    private CancellationTokenSource _deadline = null!;

    [SetUp]
    public void SetUp()
    {
        _store = new InMemoryStore();
        _log = new RecordingLog();
        _deadline = new CancellationTokenSource(Deadline);
    }

    [TearDown]
    public void TearDown() => _deadline.Dispose();

    [Test]
    public async Task What_is_there_comes_first_then_in_sync_then_what_happens()
    {
        _store.Put("/p/a", "1");
        _store.Put("/q/a", "1");
        await using var events = Start();
        Assert.That(await NextAsync(events, 2), Is.EqualTo(["set /p/a", "in sync 3"]));
        _store.Put("/q/b", "1");
        _store.Put("/p/b", "1");
        _store.Delete("/p/a");
        Assert.That(await NextAsync(events, 2), Is.EqualTo(["set /p/b", "gone /p/a"]));
    }

    [Test]
    public async Task What_comes_after_the_end_of_the_range_is_neither_listed_nor_followed()
    {
        _store.Put("/p/a", "1");
        _store.Put("/p/~a", "1");
        await using var events = new Syncer(_store, "/p/", _log) { Until = "/p/~" }.RunAsync(_deadline.Token).GetAsyncEnumerator();
        Assert.That(await NextAsync(events, 2), Is.EqualTo(["set /p/a", "in sync 3"]));
        _store.Put("/p/~b", "1");
        _store.Put("/p/zz", "1");
        Assert.That(await NextAsync(events, 1), Is.EqualTo(["set /p/zz"]));
    }

    [Test]
    public async Task After_a_compaction_only_the_difference_is_told()
    {
        foreach (var key in new[] { "/p/kept", "/p/changed", "/p/removed" })
        {
            _store.Put(key, "1");
        }

        await using var events = Start();
        await NextAsync(events, 4);
        _store.FailWatches(new StoreCompactedException("compacted"));
        _store.Put("/p/changed", "2");
        _store.Put("/p/new", "1");
        _store.Delete("/p/removed");
        _store.Compact(_store.Revision);
        Assert.That(await NextAsync(events, 4), Is.EqualTo(["gone /p/removed", "set /p/changed", "set /p/new", "in sync 7"]));
    }

    [Test]
    public async Task A_long_list_is_told_page_by_page_and_a_broken_one_anew_with_what_vanished_meanwhile()
    {
        _store.PageSize = 2;
        foreach (var key in new[] { "/p/a", "/p/b", "/p/c", "/p/d", "/p/e" })
        {
            _store.Put(key, "1");
        }

        await using var events = Start();
        Assert.That(await NextAsync(events, 2), Is.EqualTo(["set /p/a", "set /p/b"]));
        Assert.That(_store.Calls.Count(c => c.Operation == "Range"), Is.EqualTo(1));
        _store.Delete("/p/b");
        _store.Put("/p/c", "2");
        _store.Compact(_store.Revision);
        Assert.That(await NextAsync(events, 5), Is.EqualTo(["set /p/c", "set /p/d", "set /p/e", "gone /p/b", "in sync 8"]));
    }

    [Test]
    public async Task After_a_compaction_nothing_is_told_before_the_whole_list_was_read()
    {
        _store.PageSize = 1;
        await using var events = Start();
        await NextAsync(events, 1);
        _store.Put("/p/a", "1");
        _store.Put("/p/b", "1");
        _store.Compact(_store.Revision);
        var ranges = _store.Calls.Count(c => c.Operation == "Range");
        Assert.That(await NextAsync(events, 1), Is.EqualTo(["set /p/a"]));
        Assert.That(_store.Calls.Count(c => c.Operation == "Range"), Is.EqualTo(ranges + 2));
    }

    [Test]
    public async Task After_a_broken_watch_it_goes_on_without_listing_again()
    {
        await using var events = Start();
        await NextAsync(events, 1);
        var next = NextAsync(events, 2);
        _store.FailWatches(new StoreException("broken") { IsUnavailable = true });
        _store.Put("/p/a", "1");
        _store.Put("/p/b", "1");
        Assert.That(await next, Is.EqualTo(["set /p/a", "set /p/b"]));
        Assert.That(_store.Calls.Count(c => c.Operation == "Range"), Is.EqualTo(1));
    }

    [Test]
    public async Task An_outage_is_logged_once_when_it_begins_and_once_when_it_ends()
    {
        for (var i = 0; i < 4; i++)
        {
            _store.FailNext(StoreFault.BeforeEffect);
        }

        await using var events = Start();
        Assert.That(await NextAsync(events, 1), Has.Count.EqualTo(1));
        Assert.That(_log.Lines, Has.Count.EqualTo(2));
        Assert.That(_log.Lines[0], Does.StartWith("Warning Following /p/ is interrupted").And.Contain("the connection was lost"));
        Assert.That(_log.Lines[1], Does.StartWith("Information Following /p/ works again"));
    }

    [Test]
    public async Task It_ends_when_it_is_cancelled_and_only_then()
    {
        _store.IsDown = true;
        await using var events = Start();
        var next = NextAsync(events, 1);
        await _deadline.CancelAsync();
        Assert.That(() => next, Throws.InstanceOf<OperationCanceledException>());
    }

    private IAsyncEnumerator<StoreEvent> Start() => new Syncer(_store, "/p/", _log).RunAsync(_deadline.Token).GetAsyncEnumerator();

    private static async Task<List<string>> NextAsync(IAsyncEnumerator<StoreEvent> events, int count)
    {
        var told = new List<string>();
        while (told.Count < count && await events.MoveNextAsync())
        {
            told.Add(events.Current switch
            {
                StoreEvent.Set set => $"set {set.KeyValue.Key}",
                StoreEvent.Removed removed => $"gone {removed.Key}",
                StoreEvent.InSync sync => $"in sync {sync.Revision}",
                _ => "?",
            });
        }

        return told;
    }
}
