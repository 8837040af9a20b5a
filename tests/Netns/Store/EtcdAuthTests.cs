using Calico.Store;
using Calico.Store.Etcd;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Netns.Store;

/// <summary>A real etcd with its own users switched on.</summary>
[Parallelizable]
internal sealed class EtcdAuthTests
{
    private EtcdServer _etcd = null!;

    [SetUp]
    public async Task Start()
    {
        _etcd = await EtcdServer.StartOnLoopbackAsync();
        foreach (var command in new[]
        {
            "user add root:rootpass", "user grant-role root root",
            "role add calico", "role grant-permission calico readwrite /calico/ /calico0", "user add felix:s3cret", "user grant-role felix calico",
        })
        {
            (await _etcd.ControlAsync(command.Split(' '))).OrThrow();
        }
    }

    [TearDown]
    public async Task Stop() => await _etcd.DisposeAsync();

    [Test]
    public async Task A_user_does_what_its_role_allows_and_no_more()
    {
        await EnableAsync();
        await using var store = StoreOf("felix", "s3cret");
        await store.PutAsync("/calico/a", "1");
        Assert.That((await store.GetAsync("/calico/a"))!.Text(), Is.EqualTo("1"));

        var error = await Assert.ThrowsAsync<StoreException>(() => store.GetAsync("/registry/pods"));
        Assert.That(error!.Message, Does.Contain("permission denied").And.Contain("role"));
        Assert.That(error.IsUnavailable, Is.False);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await using var watch = store.WatchAsync(new WatchRequest("/registry/", 0), deadline.Token).GetAsyncEnumerator();
        var refused = await Assert.ThrowsAsync<StoreException>(async () => await watch.MoveNextAsync());
        Assert.That(refused!.Message, Does.Contain("permission denied"));
    }

    [Test]
    public async Task A_wrong_password_is_told_without_repeating_it()
    {
        await EnableAsync();
        await using var store = StoreOf("felix", "wrong-pass");
        var error = await Assert.ThrowsAsync<StoreException>(() => store.GetAsync("/calico/a"));
        Assert.That(error!.Message, Does.Contain("user name and password").And.Not.Contain("wrong-pass"));
    }

    [Test]
    public async Task Without_a_user_the_message_says_that_one_is_needed()
    {
        await EnableAsync();
        await using var store = StoreText.Client(_etcd.Endpoint);
        var error = await Assert.ThrowsAsync<StoreException>(() => store.GetAsync("/calico/a"));
        Assert.That(error!.Message, Does.Contain("asks for a user name"));
    }

    [Test]
    public async Task A_user_is_no_hindrance_while_authentication_is_off_and_works_when_it_is_switched_on()
    {
        await using var store = StoreOf("felix", "s3cret");
        Assert.That((await store.PutAsync("/calico/a", "1")).Succeeded);
        await EnableAsync();
        Assert.That((await store.PutAsync("/calico/a", "2")).Succeeded);
    }

    [Test]
    public async Task A_token_that_etcd_forgot_is_replaced()
    {
        await EnableAsync();
        await using var store = StoreOf("felix", "s3cret");
        await store.PutAsync("/calico/a", "1");
        await ForgetTokensAsync();
        Assert.That((await store.PutAsync("/calico/a", "2")).Succeeded);
    }

    [Test]
    public async Task A_watch_that_reconnects_with_a_token_that_etcd_forgot_goes_on()
    {
        await EnableAsync();
        await using var relay = new Relay(_etcd.Endpoint);
        await using var store = StoreOf("felix", "s3cret", relay.Endpoint);
        var written = await store.PutAsync("/calico/a", "1");
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var watch = store.WatchAsync(new WatchRequest("/calico/", written.Revision), deadline.Token).GetAsyncEnumerator();
        Assert.That(await watch.MoveNextAsync());

        await ForgetTokensAsync();
        var next = watch.MoveNextAsync();
        relay.Cut();
        relay.Mend();
        await using var other = StoreOf("root", "rootpass");
        await other.PutAsync("/calico/b", "2");
        Assert.That(await next);
        Assert.That(watch.Current.Events[0].Key, Is.EqualTo("/calico/b"));
    }

    private async Task EnableAsync() => (await _etcd.ControlAsync("auth", "enable")).OrThrow();

    // etcd keeps its tokens in memory, and drops them when authentication is switched off.
    private async Task ForgetTokensAsync()
    {
        (await _etcd.ControlAsync("auth", "disable", "--user", "root:rootpass")).OrThrow();
        await EnableAsync();
    }

    private EtcdClient StoreOf(string user, string password, Uri? endpoint = null) => new(new EtcdOptions
    {
        Endpoints = [endpoint ?? _etcd.Endpoint],
        UserName = user,
        Password = password,
    });
}
