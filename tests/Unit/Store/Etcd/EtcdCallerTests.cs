using Calico.Store;
using Calico.Store.Etcd;
using Calico.Store.Etcd.Grpc;
using Calico.Store.Etcd.Protos;
using RangeCommand = Calico.Store.Etcd.Protos.RangeRequest;
using TxnCommand = Calico.Store.Etcd.Protos.TxnRequest;

namespace Calico.Tests.Unit.Store.Etcd;

internal sealed class EtcdCallerTests
{
    private static readonly EtcdCall<RangeResponse> Read = new("reading /k", EtcdMethods.Range, new RangeCommand(), isRepeatable: true);
    private static readonly EtcdCall<TxnResponse> Write = new("the transaction on /k", EtcdMethods.Txn, new TxnCommand(), isRepeatable: false);
    private static readonly TxnResponse Done = new() { Succeeded = true, Header = new ResponseHeader { Revision = 7 } };

    private FakeServers _servers = null!;

    [SetUp]
    public void SetUp() => _servers = new FakeServers();

    [TearDown]
    public void TearDown() => _servers.Dispose();

    [Test]
    public async Task A_write_that_never_left_goes_to_the_next_endpoint_and_stays_there()
    {
        _servers.FailBeforeSending("a");
        _servers.Answer("b", Done);
        _servers.Answer("b", Done);
        using var caller = Caller("a", "b");
        Assert.That((await caller.CallAsync(Write, default)).Header.Revision, Is.EqualTo(7));
        await caller.CallAsync(Write, default);
        Assert.That(_servers.Requests, Is.EqualTo(["a/etcdserverpb.KV/Txn", "b/etcdserverpb.KV/Txn", "b/etcdserverpb.KV/Txn"]));
    }

    [Test]
    public async Task A_write_that_may_have_arrived_is_not_repeated_and_its_outcome_is_called_unknown()
    {
        _servers.FailAfterSending("a");
        using var caller = Caller("a", "b");
        var error = await Assert.ThrowsAsync<StoreException>(() => caller.CallAsync(Write, default));
        Assert.That(error!.IsUnavailable);
        Assert.That(error.Message, Is.EqualTo("the transaction on /k may or may not have happened: http://a:2379: connection reset"));
        Assert.That(_servers.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_read_is_repeated_whatever_happened()
    {
        _servers.FailAfterSending("a");
        _servers.Refuse("b", GrpcStatusCode.Unavailable, "etcdserver: leader changed");
        _servers.Answer("c", new RangeResponse());
        using var caller = Caller("a", "b", "c");
        Assert.That(await caller.CallAsync(Read, default), Is.Not.Null);
    }

    [Test]
    public async Task A_write_refused_for_want_of_a_leader_is_tried_until_there_is_one()
    {
        _servers.Refuse("a", GrpcStatusCode.Unavailable, "etcdserver: no leader");
        _servers.Refuse("b", GrpcStatusCode.Unavailable, "etcdserver: no leader");
        _servers.Refuse("a", GrpcStatusCode.ResourceExhausted, "etcdserver: too many requests");
        _servers.Answer("b", Done);
        using var caller = Caller("a", "b");
        Assert.That((await caller.CallAsync(Write, default)).Succeeded);
    }

    [Test]
    public async Task A_write_that_timed_out_inside_etcd_is_not_repeated()
    {
        _servers.Refuse("a", GrpcStatusCode.Unavailable, "etcdserver: request timed out", trailersOnly: false);
        using var caller = Caller("a", "b");
        var error = await Assert.ThrowsAsync<StoreException>(() => caller.CallAsync(Write, default));
        Assert.That(error!.IsUnavailable);
        Assert.That(error.Message, Does.Contain("request timed out"));
    }

    [Test]
    public async Task A_refusal_is_final()
    {
        _servers.Refuse("a", GrpcStatusCode.ResourceExhausted, "etcdserver: mvcc: database space exceeded");
        using var caller = Caller("a", "b");
        var error = await Assert.ThrowsAsync<StoreException>(() => caller.CallAsync(Write, default));
        Assert.That(error!.IsUnavailable, Is.False);
        Assert.That(error.Message, Does.Contain("defragment"));
        Assert.That(_servers.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task With_nobody_in_reach_the_call_ends_after_one_round_and_names_all()
    {
        _servers.FailBeforeSending("a");
        _servers.FailBeforeSending("b");
        using var caller = Caller("a", "b");
        var error = await Assert.ThrowsAsync<StoreException>(() => caller.CallAsync(Read, default));
        Assert.That(error!.Message, Is.EqualTo(
            "reading /k failed, no endpoint can be reached: http://a:2379: connection refused; http://b:2379: connection refused"));
        Assert.That(error.IsUnavailable);
    }

    [Test]
    public async Task A_silent_endpoint_costs_a_read_its_share_of_the_time()
    {
        _servers.NeverAnswer("a");
        _servers.Answer("b", new RangeResponse());
        using var caller = _servers.Caller(TimeSpan.FromMilliseconds(600), null, "a", "b");
        Assert.That(await caller.CallAsync(Read, default), Is.Not.Null);
    }

    [Test]
    public async Task A_silent_endpoint_costs_a_write_the_deadline_and_the_next_call_leaves_it()
    {
        _servers.NeverAnswer("a");
        _servers.Answer("b", Done);
        using var caller = _servers.Caller(TimeSpan.FromMilliseconds(200), null, "a", "b");
        var error = await Assert.ThrowsAsync<StoreException>(() => caller.CallAsync(Write, default));
        Assert.That(error!.Message, Is.EqualTo("the transaction on /k did not finish within 0.2 s: no answer from http://a:2379"));
        Assert.That(error.IsUnavailable);
        Assert.That((await caller.CallAsync(Write, default)).Succeeded);
    }

    [Test]
    public async Task A_token_is_fetched_once_and_replaced_when_it_is_refused()
    {
        _servers.Answer("a", new AuthenticateResponse { Token = "first" });
        _servers.Answer("a", Done);
        _servers.Refuse("a", GrpcStatusCode.Unauthenticated, "etcdserver: invalid auth token");
        _servers.Answer("a", new AuthenticateResponse { Token = "second" });
        _servers.Answer("a", Done);
        using var caller = _servers.Caller(TimeSpan.FromSeconds(5), "felix", "a");
        await caller.CallAsync(Write, default);
        await caller.CallAsync(Write, default);
        Assert.That(_servers.Tokens, Is.EqualTo([null, "first", "first", null, "second"]));
    }

    [Test]
    public async Task A_token_refused_twice_is_an_error()
    {
        for (var i = 0; i < 2; i++)
        {
            _servers.Answer("a", new AuthenticateResponse { Token = "token" });
            _servers.Refuse("a", GrpcStatusCode.Unauthenticated, "etcdserver: invalid auth token");
        }

        using var caller = _servers.Caller(TimeSpan.FromSeconds(5), "felix", "a");
        var error = await Assert.ThrowsAsync<StoreException>(() => caller.CallAsync(Write, default));
        Assert.That(error!.Message, Does.Contain("invalid auth token"));
    }

    [Test]
    public async Task An_answer_cut_off_in_the_middle_is_no_answer()
    {
        _servers.RawAnswer("a", [0, 0, 0, 0, 9, 1, 2]);
        _servers.Answer("b", new RangeResponse());
        using var caller = Caller("a", "b");
        Assert.That(await caller.CallAsync(Read, default), Is.Not.Null);
    }

    private EtcdCaller Caller(params string[] hosts) => _servers.Caller(TimeSpan.FromSeconds(5), null, hosts);
}
