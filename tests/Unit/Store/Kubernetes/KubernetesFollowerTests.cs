using Calico.Model.Kubernetes;
using Calico.Store.Kubernetes;
using Calico.Tests.Fakes.Kubernetes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.Store.Kubernetes;

internal sealed class KubernetesFollowerTests
{
    private FakeKubernetes _server = null!;
    private KubernetesClient _client = null!;
    private CancellationTokenSource _stop = null!;
    private IAsyncEnumerator<KubernetesChange<Namespace>> _changes = null!;

    [SetUp]
    public void SetUp()
    {
        _server = new FakeKubernetes();
        _client = _server.Client(callTimeout: TimeSpan.FromSeconds(2));
        _stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        Put("a");
        Put("b");
        _changes = new KubernetesFollower<Namespace>(_client, KubernetesKinds.Namespaces, ListQuery.All, NullLogger.Instance).RunAsync(_stop.Token).GetAsyncEnumerator();
    }

    [TearDown]
    public async Task TearDown()
    {
        await _stop.CancelAsync();
        try
        {
            await _changes.DisposeAsync();
        }
        catch (Exception e) when (e is OperationCanceledException or NotSupportedException)
        {
            // A test that failed may have left it waiting.
        }

        _client.Dispose();
        _stop.Dispose();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task What_is_there_comes_first_then_that_this_is_all_then_what_changes()
    {
        await ExpectAsync("+a", "+b", "in sync");
        Put("c");
        Put("a", """{"x":"1"}""");
        _server.Remove(KubernetesKinds.Namespaces, "", "b");
        await ExpectAsync("+c", "+a", "-b");
    }

    [Test]
    public async Task A_watch_that_breaks_goes_on_where_it_was_without_a_list()
    {
        await ExpectAsync("+a", "+b", "in sync");
        await WatchedAsync();
        _server.CutConnections();
        Put("c");
        await ExpectAsync("+c");
        Assert.That(Lists, Is.EqualTo(1));
    }

    [Test]
    public async Task A_server_that_was_away_is_followed_again()
    {
        await ExpectAsync("+a", "+b", "in sync");
        await WatchedAsync();
        await _server.StopAsync();
        Put("c");
        _server.Remove(KubernetesKinds.Namespaces, "", "a");
        _server.Restart();
        await ExpectAsync("+c", "-a");
        Assert.That(Lists, Is.EqualTo(1));
    }

    [Test]
    public async Task After_a_compaction_the_difference_is_told()
    {
        await ExpectAsync("+a", "+b", "in sync");
        await WatchedAsync();
        await _server.StopAsync();
        Put("c");
        _server.Remove(KubernetesKinds.Namespaces, "", "a");
        _server.Compact();
        _server.Restart();
        await ExpectAsync("-a", "+c", "in sync");
        Assert.That(Lists, Is.EqualTo(2));
    }

    [Test]
    public async Task A_bookmark_saves_the_list_when_what_came_before_it_is_compacted()
    {
        await ExpectAsync("+a", "+b", "in sync");
        await WatchedAsync();
        var next = _changes.MoveNextAsync();
        _server.Put(KubernetesKinds.ConfigMaps, """{"metadata":{"name":"other","namespace":"a"}}""");
        _server.SendBookmarks();
        Assert.That(() => _server.BookmarksSent, Is.EqualTo(1).After(5_000, 5));
        _server.Compact();
        _server.EndWatches();
        Put("c");
        Assert.That(await next, Is.True);
        Assert.That(Text(_changes.Current), Is.EqualTo("+c"));
        Assert.That(Lists, Is.EqualTo(1));
    }

    [Test]
    public async Task An_object_that_was_made_again_is_removed_first()
    {
        await ExpectAsync("+a", "+b", "in sync");
        await WatchedAsync();
        await _server.StopAsync();
        _server.Remove(KubernetesKinds.Namespaces, "", "a");
        Put("a");
        _server.Compact();
        _server.Restart();
        await ExpectAsync("-a", "+a", "in sync");
    }

    [Test]
    public async Task A_watch_that_is_refused_as_gone_is_listed_again()
    {
        await ExpectAsync("+a", "+b", "in sync");
        await WatchedAsync();
        _server.Fail(request => request.IsWatch, new KubernetesFault.Refuse(410, "Expired"));
        _server.CutConnections();
        await ExpectAsync("in sync");
        Assert.That(Lists, Is.EqualTo(2));
    }

    [Test]
    public async Task A_watch_from_a_version_still_to_come_is_silent()
    {
        var watch = _client.WatchAsync(KubernetesKinds.Namespaces, ListQuery.All, "999999", _stop.Token).GetAsyncEnumerator(_stop.Token);
        var next = watch.MoveNextAsync().AsTask();
        Assert.That(() => _server.WatchCount, Is.EqualTo(1).After(5_000, 5));
        Put("c");
        _server.SendBookmarks();
        _server.EndWatches();
        Assert.That(await next, Is.False);
    }

    [Test]
    public async Task A_watch_that_ends_without_a_word_is_listed_again()
    {
        await ExpectAsync("+a", "+b", "in sync");
        var next = _changes.MoveNextAsync();
        Assert.That(() => _server.WatchCount, Is.EqualTo(1).After(5_000, 5));
        await Task.Delay(TimeSpan.FromSeconds(1.2), _stop.Token);
        _server.EndWatches();
        await next;
        Assert.That((Text(_changes.Current), Lists), Is.EqualTo(("in sync", 2)));
    }

    [Test]
    public async Task A_server_that_cannot_begin_is_asked_until_it_can()
    {
        _server.Fail(request => !request.IsWatch, new KubernetesFault.Refuse(403), times: 2);
        _server.Fail(request => request.IsWatch, new KubernetesFault.Refuse(500), times: 2);
        await ExpectAsync("+a", "+b", "in sync");
        Put("c");
        await ExpectAsync("+c");
    }

    [Test]
    public async Task A_query_that_no_longer_selects_an_object_removes_it()
    {
        await using var changes = new KubernetesFollower<Namespace>(_client, KubernetesKinds.Namespaces, new ListQuery(LabelSelector: "x=1"), NullLogger.Instance)
            .RunAsync(_stop.Token).GetAsyncEnumerator();
        await ExpectAsync(changes, "in sync");
        Put("a", """{"x":"1"}""");
        Put("a", """{"x":"2"}""");
        await ExpectAsync(changes, "+a", "-a");
        await _stop.CancelAsync();
    }

    private int Lists => _server.Requests.Count(request => !request.IsWatch);

    private void Put(string name, string labels = "{}") =>
        _server.Put(KubernetesKinds.Namespaces, $$$"""{"metadata":{"name":"{{{name}}}","labels":{{{labels}}}}}""");

    /// <summary>Until the watch is open. A follower opens it when the next change is asked for, so one is made and taken.</summary>
    private async Task WatchedAsync()
    {
        Put("probe");
        await ExpectAsync("+probe");
    }

    private Task ExpectAsync(params string[] expected) => ExpectAsync(_changes, expected);

    private static async Task ExpectAsync(IAsyncEnumerator<KubernetesChange<Namespace>> changes, params string[] expected)
    {
        var seen = new List<string>();
        while (seen.Count < expected.Length && await changes.MoveNextAsync())
        {
            seen.Add(Text(changes.Current));
        }

        Assert.That(seen, Is.EqualTo(expected));
    }

    private static string Text(KubernetesChange<Namespace> change) => change switch
    {
        KubernetesChange<Namespace>.Set set => "+" + set.Resource.Metadata.Name,
        KubernetesChange<Namespace>.Removed removed => "-" + removed.Name,
        _ => "in sync",
    };
}
