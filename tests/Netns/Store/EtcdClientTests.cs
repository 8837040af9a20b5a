using Calico.Store;
using Calico.Store.Etcd;
using Calico.Tests.Rig.Store;
using static Calico.Tests.Netns.Store.StoreText;

namespace Calico.Tests.Netns.Store;

/// <summary>Range, Txn and Lease against a real etcd.</summary>
[Parallelizable]
internal sealed class EtcdClientTests
{
    private EtcdServer _etcd = null!;
    private EtcdClient _store = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _etcd = await EtcdServer.StartOnLoopbackAsync();
        _store = Client(_etcd.Endpoint);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _store.DisposeAsync();
        await _etcd.DisposeAsync();
    }

    [Test]
    public async Task What_is_written_is_read_back_by_us_and_by_etcdctl()
    {
        var written = await _store.PutAsync("/calico/one/ключ", "wert ß");
        var read = await _store.GetAsync("/calico/one/ключ");
        Assert.That(read, Is.Not.Null);
        Assert.That(read!.Text(), Is.EqualTo("wert ß"));
        Assert.That(read.ModRevision, Is.EqualTo(written.Revision));
        Assert.That(read.CreateRevision, Is.EqualTo(written.Revision));
        Assert.That(read.Version, Is.EqualTo(1));
        Assert.That((await _etcd.ReadAsync("/calico/one/")).Values.Select(v => v.Text), Is.EqualTo(["wert ß"]));
    }

    [Test]
    public async Task An_absent_key_is_no_error() => Assert.That(await _store.GetAsync("/calico/absent"), Is.Null);

    [Test]
    public async Task A_long_list_holds_the_revision_of_its_first_page_while_others_write()
    {
        const int Count = 250;
        for (var i = 0; i < Count; i++)
        {
            await _store.PutAsync($"/calico/page/{i:000}", "old");
        }

        using var stop = new CancellationTokenSource();
        var writer = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await _store.PutAsync($"/calico/page/{i % Count:000}", $"new {i}");
                await _store.PutAsync($"/calico/page/extra/{i}", "new");
            }
        });
        for (var i = 0; i < 20; i++)
        {
            var paged = await _store.RangeAsync(new RangeRequest("/calico/page/", IsPrefix: true, PageSize: 7), CancellationToken.None);
            var whole = await _store.RangeAsync(
                new RangeRequest("/calico/page/", IsPrefix: true, Revision: paged.Revision, PageSize: 1_000_000), CancellationToken.None);
            Assert.That(
                paged.KeyValues.Select(k => (k.Key, k.ModRevision)), Is.EqualTo(whole.KeyValues.Select(k => (k.Key, k.ModRevision))));
            Assert.That(paged.KeyValues, Has.Count.GreaterThanOrEqualTo(Count));
        }

        await stop.CancelAsync();
        await writer;
    }

    [Test]
    public async Task Only_keys_are_sent_when_only_keys_are_asked_for()
    {
        await _store.PutAsync("/calico/keys/a", "value");
        var result = await _store.RangeAsync(new RangeRequest("/calico/keys/", IsPrefix: true, KeysOnly: true), CancellationToken.None);
        Assert.That(result.Single!.Key, Is.EqualTo("/calico/keys/a"));
        Assert.That(result.Single.Value.Length, Is.Zero);
    }

    [Test]
    public async Task A_transaction_whose_compares_hold_does_all_of_it_and_answers_its_gets_in_order()
    {
        var first = await _store.PutAsync("/calico/txn/a", "1");
        var result = await _store.TxnAsync(
            new TxnRequest(
                [new Compare("/calico/txn/a", first.Revision), Compare.Absent("/calico/txn/b")],
                [Put("/calico/txn/b", "2"), new StoreOp.Get("/calico/txn/b"), new StoreOp.Delete("/calico/txn/a"), new StoreOp.Get("/calico/txn/", IsPrefix: true)],
                []),
            CancellationToken.None);
        Assert.That(result.Succeeded);
        Assert.That(result.Gets, Has.Count.EqualTo(2));
        Assert.That(result.Gets[0].Single!.Text(), Is.EqualTo("2"));
        Assert.That(result.Gets[1].KeyValues.Select(k => k.Key), Is.EqualTo(["/calico/txn/b"]));
        Assert.That(result.Revision, Is.EqualTo(first.Revision + 1));
    }

    [Test]
    public async Task A_transaction_whose_compares_do_not_hold_changes_nothing_and_answers_the_else_branch()
    {
        await _store.PutAsync("/calico/else/a", "theirs");
        var result = await _store.TxnAsync(
            new TxnRequest([Compare.Absent("/calico/else/a")], [Put("/calico/else/a", "mine")], [new StoreOp.Get("/calico/else/a"), new StoreOp.Get("/calico/else/b")]),
            CancellationToken.None);
        Assert.That(result.Succeeded, Is.False);
        Assert.That(result.Gets[0].Single!.Text(), Is.EqualTo("theirs"));
        Assert.That(result.Gets[1].Single, Is.Null);
    }

    [Test]
    public async Task A_compacted_revision_is_told_as_such()
    {
        var old = (await _store.PutAsync("/calico/compact/a", "1")).Revision;
        var now = (await _store.PutAsync("/calico/compact/a", "2")).Revision;
        (await _etcd.ControlAsync("compact", $"{now}")).OrThrow();
        Assert.That(
            () => _store.RangeAsync(new RangeRequest("/calico/compact/a", Revision: old), CancellationToken.None),
            Throws.InstanceOf<StoreCompactedException>().With.Message.Contains("/calico/compact/a"));
    }

    [Test]
    public async Task A_refusal_names_what_was_attempted_and_where()
    {
        var operations = Enumerable.Range(0, TxnRequest.MaxOperations + 1).Select(i => Put($"/calico/many/{i}", "x")).ToList();
        var error = await Assert.ThrowsAsync<StoreException>(() => _store.TxnAsync(new TxnRequest([], operations, []), CancellationToken.None));
        Assert.That(error!.Message, Does.Contain("/calico/many/0 and 128 more").And.Contain(_etcd.EndpointText).And.Contain("too many operations"));
        Assert.That(error.IsUnavailable, Is.False);
    }

    [Test]
    public async Task A_lease_takes_its_keys_along_when_nobody_renews_it()
    {
        var lease = await _store.GrantLeaseAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
        await _store.PutAsync("/calico/lease/a", "x", lease);
        Assert.That((await _store.GetAsync("/calico/lease/a"))!.Lease, Is.EqualTo(lease));

        for (var i = 0; i < 8; i++)
        {
            Assert.That(await _store.KeepAliveAsync(lease, CancellationToken.None));
            await Task.Delay(300);
        }

        Assert.That(await _store.GetAsync("/calico/lease/a"), Is.Not.Null, "a renewed lease lives on");
        Assert.That(() => _store.GetAsync("/calico/lease/a").Result, Is.Null.After(8_000, 100));
        Assert.That(await _store.KeepAliveAsync(lease, CancellationToken.None), Is.False);
    }

    [Test]
    public async Task A_revoked_lease_is_gone_and_revoking_it_again_is_no_error()
    {
        var lease = await _store.GrantLeaseAsync(TimeSpan.FromSeconds(60), CancellationToken.None);
        await _store.PutAsync("/calico/revoke/a", "x", lease);
        await _store.RevokeLeaseAsync(lease, CancellationToken.None);
        Assert.That(await _store.GetAsync("/calico/revoke/a"), Is.Null);
        Assert.That(() => _store.RevokeLeaseAsync(lease, CancellationToken.None), Throws.Nothing);
    }

    [Test]
    public async Task Five_thousand_calls_from_many_callers_share_the_connection()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 5_000), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
        {
            await _store.PutAsync($"/calico/many-calls/{i % 100}", $"{i}");
        });
        var result = await _store.RangeAsync(RangeRequest.Prefix("/calico/many-calls/"), CancellationToken.None);
        Assert.That(result.KeyValues, Has.Count.EqualTo(100));
        Assert.That(result.KeyValues.Sum(k => k.Version), Is.EqualTo(5_000));
    }

    [Test]
    public void A_cancelled_call_is_cancelled_and_not_an_error_of_the_store()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.That(() => _store.RangeAsync(RangeRequest.Prefix("/"), cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
    }
}
