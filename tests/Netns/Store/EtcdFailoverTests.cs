using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Calico.Store;
using Calico.Store.Etcd;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Netns.Store;

/// <summary>Endpoints that refuse, swallow or stop in the middle.</summary>
[Parallelizable]
internal sealed class EtcdFailoverTests
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(2);
    private EtcdServer _etcd = null!;

    [SetUp]
    public async Task Start() => _etcd = await EtcdServer.StartOnLoopbackAsync();

    [TearDown]
    public async Task Stop() => await _etcd.DisposeAsync();

    [Test]
    public async Task Of_three_endpoints_one_dead_and_one_a_black_hole_the_third_does_reads_and_writes()
    {
        await using var blackHole = new BlackHole();
        await using var store = StoreOf(BlackHole.Refusing(), blackHole.Endpoint, _etcd.Endpoint);
        var clock = Stopwatch.StartNew();
        await store.PutAsync("/calico/a", "1");
        Assert.That(clock.Elapsed, Is.LessThan(CallTimeout));

        clock.Restart();
        Assert.That((await store.GetAsync("/calico/a"))!.Text(), Is.EqualTo("1"));
        Assert.That(clock.Elapsed, Is.LessThan(CallTimeout / 4), "the good endpoint is remembered");
    }

    [Test]
    public async Task A_read_leaves_an_endpoint_that_accepts_and_never_answers()
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        await using var store = StoreOf(new Uri($"http://{mute.LocalEndpoint}"), _etcd.Endpoint);
        Assert.That(await store.GetAsync("/calico/a"), Is.Null);
    }

    [Test]
    public async Task With_no_endpoint_in_reach_a_call_ends_at_once_and_names_each()
    {
        var (first, second) = (BlackHole.Refusing(), BlackHole.Refusing());
        await using var store = StoreOf(first, second);
        var clock = Stopwatch.StartNew();
        var error = await Assert.ThrowsAsync<StoreException>(() => store.GetAsync("/calico/a"));
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(1)));
        Assert.That(error!.IsUnavailable);
        Assert.That(error.Message, Does.Contain("/calico/a").And.Contain($":{first.Port}: ").And.Contain($":{second.Port}: ").And.Contain("refused"));
    }

    [Test]
    public async Task A_frozen_etcd_costs_the_deadline_and_no_more_and_works_again_after_it_thaws()
    {
        await using var store = StoreOf(_etcd.Endpoint);
        await store.PutAsync("/calico/a", "1");
        await _etcd.FreezeAsync();
        foreach (var call in new Func<Task>[] { () => store.GetAsync("/calico/a"), () => store.PutAsync("/calico/a", "2") })
        {
            var clock = Stopwatch.StartNew();
            var error = await Assert.ThrowsAsync<StoreException>(() => call());
            Assert.That(clock.Elapsed, Is.InRange(CallTimeout * 0.9, CallTimeout * 1.3));
            Assert.That(error!.IsUnavailable);
            Assert.That(error.Message, Does.Contain("2 s").And.Contain("/calico/a"));
        }

        await _etcd.ThawAsync();
        Assert.That(await store.GetAsync("/calico/a"), Is.Not.Null);
    }

    [Test]
    public async Task A_write_that_may_have_arrived_is_not_sent_again()
    {
        await using var second = await EtcdServer.StartOnLoopbackAsync();
        await using var store = StoreOf(_etcd.Endpoint, second.Endpoint);
        await store.PutAsync("/calico/a", "1");
        await _etcd.FreezeAsync();
        var error = await Assert.ThrowsAsync<StoreException>(() => store.PutAsync("/calico/a", "2"));
        await _etcd.ThawAsync();

        Assert.That(error!.IsUnavailable);
        Assert.That(await second.ReadAsync(), Is.Empty);
        Assert.That((await store.PutAsync("/calico/b", "3")).Succeeded, "the next call goes to the next endpoint");
        Assert.That(await second.ReadAsync(), Does.ContainKey("/calico/b"));
    }

    [Test]
    public async Task Calls_go_on_after_etcd_was_killed_and_started_again()
    {
        await using var store = StoreOf(_etcd.Endpoint);
        await store.PutAsync("/calico/a", "1");
        await _etcd.KillAsync();
        await Assert.ThrowsAsync<StoreException>(() => store.GetAsync("/calico/a"));
        await _etcd.StartAsync();
        Assert.That((await store.GetAsync("/calico/a"))!.Text(), Is.EqualTo("1"));
        Assert.That((await store.PutAsync("/calico/a", "2")).Succeeded);
    }

    [Test]
    public async Task Something_that_is_not_etcd_is_told_so()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var web = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"u8.ToArray());
            await Task.Delay(200);
        });
        await using var store = StoreOf(new Uri($"http://{listener.LocalEndpoint}"));
        var error = await Assert.ThrowsAsync<StoreException>(() => store.PutAsync("/calico/a", "1"));
        Assert.That(error!.Message, Does.Contain(listener.LocalEndpoint.ToString()));
        await web;
    }

    private static EtcdClient StoreOf(params Uri[] endpoints) => new(new EtcdOptions { Endpoints = endpoints, CallTimeout = CallTimeout });
}
