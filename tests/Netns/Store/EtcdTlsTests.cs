using Calico.Store;
using Calico.Store.Etcd;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Store;
using System.Net;

namespace Calico.Tests.Netns.Store;

/// <summary>A real etcd that asks for client certificates.</summary>
internal sealed class EtcdTlsTests
{
    private EtcdServer _etcd = null!;
    private string _directory = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _etcd = await EtcdServer.StartOnLoopbackAsync(tls: true);
        _directory = RigRun.CreateDirectory("tls");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _etcd.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Test]
    public async Task A_client_with_a_certificate_of_the_authority_reads_writes_and_watches()
    {
        await using var store = new EtcdClient(Options(_etcd.Tls!));
        var written = await store.PutAsync("/calico/tls", "1");
        Assert.That((await store.GetAsync("/calico/tls"))!.Text(), Is.EqualTo("1"));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await foreach (var batch in store.WatchAsync(new WatchRequest("/calico/tls", written.Revision), deadline.Token))
        {
            Assert.That(batch.Events[0].Key, Is.EqualTo("/calico/tls"));
            break;
        }
    }

    [Test]
    public async Task A_client_without_a_certificate_is_refused()
    {
        await using var store = new EtcdClient(Options(_etcd.Tls!) with { CertFile = null, KeyFile = null });
        var error = await Assert.ThrowsAsync<StoreException>(() => store.GetAsync("/calico/tls"));
        Assert.That(error!.IsUnavailable);
    }

    [Test]
    public async Task A_server_of_another_authority_is_refused_and_the_file_named()
    {
        var stranger = EtcdTls.Create(Fresh(), IPAddress.Loopback);
        await using var store = new EtcdClient(Options(_etcd.Tls!) with { CaCertFile = stranger.CaFile });
        var error = await Assert.ThrowsAsync<StoreException>(() => store.GetAsync("/calico/tls"));
        Assert.That(error!.Message, Does.Contain(stranger.CaFile).And.Contain("not signed"));
    }

    [Test]
    public async Task A_server_that_is_called_by_another_name_is_refused()
    {
        await using var store = new EtcdClient(Options(_etcd.Tls!) with { Endpoints = [new UriBuilder(_etcd.Endpoint) { Host = "localhost" }.Uri] });
        var error = await Assert.ThrowsAsync<StoreException>(() => store.GetAsync("/calico/tls"));
        Assert.That(error!.Message, Does.Contain("not for localhost"));
    }

    [Test]
    public async Task Files_that_are_put_right_are_used_by_the_next_call()
    {
        var files = EtcdTls.Create(Fresh(), IPAddress.Loopback);
        File.Copy(_etcd.Tls!.CaFile, files.CaFile, overwrite: true);
        await using var store = new EtcdClient(Options(files));
        await Assert.ThrowsAsync<StoreException>(() => store.GetAsync("/calico/tls"));

        File.Copy(_etcd.Tls.ClientCertFile, files.ClientCertFile, overwrite: true);
        File.Copy(_etcd.Tls.ClientKeyFile, files.ClientKeyFile, overwrite: true);
        Assert.That((await store.PutAsync("/calico/rotated", "1")).Succeeded);
    }

    private string Fresh() => Directory.CreateDirectory(Path.Combine(_directory, Path.GetRandomFileName())).FullName;

    private EtcdOptions Options(EtcdTls files) => new()
    {
        Endpoints = [_etcd.Endpoint],
        CaCertFile = files.CaFile,
        CertFile = files.ClientCertFile,
        KeyFile = files.ClientKeyFile,
        CallTimeout = TimeSpan.FromSeconds(3),
    };
}
