using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Cni;

namespace Calico.Tests.Netns.Cni;

/// <summary>Pods on an etcd that asks for client certificates, whose certificates are renewed while it is in use; through the agent and through calico-ipam alone.</summary>
[TestFixture(true)]
[TestFixture(false)]
[Parallelizable]
internal sealed class TlsTests(bool throughAgent)
{
    private Cluster _cluster = null!;
    private CniCaller _caller = null!;
    private string _directory = null!;

    [SetUp]
    public async Task StartCluster()
    {
        _cluster = await Cluster.StartAsync(1, tls: true);
        // Without a CNI_PATH there is no calico-ipam to fall back to: only the agent can have answered.
        _caller = throughAgent ? new CniCaller(_cluster.Hosts[0]) { PluginPath = "/nonexistent" } : _cluster.Caller();
        _directory = RigRun.CreateDirectory("certificates");
    }

    [TearDown]
    public async Task StopCluster()
    {
        await _cluster.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Test]
    public async Task The_clients_certificate_is_replaced_and_the_old_one_revoked()
    {
        var tls = _cluster.Etcd.Tls!;
        var first = await AddedAsync();
        var former = Conf().With(("etcd_cert_file", Keep(tls.ClientCertFile)), ("etcd_key_file", Keep(tls.ClientKeyFile))).WithoutAgent();
        using var old = X509CertificateLoader.LoadCertificateFromFile(tls.ClientCertFile);

        tls.RenewClient();
        var second = await AddedAsync();
        (await _cluster.Caller().StatusAsync(former)).OrThrow();
        tls.Revoke(old);
        await CutConnectionsAsync();
        var third = await AddedAsync();

        var refused = await _cluster.Caller().AddAsync(await _cluster.PodAsync(), former);
        Assert.That(refused.ErrorCode, Is.EqualTo(11), $"the old certificate must be of no use any more: {refused}");
        await DeleteAsync(first, second, third);
    }

    [Test]
    public async Task The_servers_certificate_is_replaced()
    {
        var first = await AddedAsync();
        _cluster.Etcd.Tls!.RenewServer();
        var second = await AddedAsync();
        await CutConnectionsAsync();
        var third = await AddedAsync();
        await DeleteAsync(first, second, third);
    }

    private JsonObject Conf() => throughAgent ? _cluster.Conf() : _cluster.Conf().WithoutAgent();

    /// <summary>A pod that was added and answers.</summary>
    private async Task<Pod> AddedAsync()
    {
        var pod = await _cluster.PodAsync();
        foreach (var address in (await _caller.AddAsync(pod, Conf())).Addresses)
        {
            Assert.That(await Reachability.PingAsync(_cluster.Hosts[0].Namespace, address), Is.True, $"ping {address}");
        }

        return pod;
    }

    private async Task DeleteAsync(params IReadOnlyList<Pod> pods)
    {
        Assert.That(await _cluster.ProblemsAsync(), Is.Empty);
        foreach (var pod in pods)
        {
            (await _caller.DelAsync(pod, Conf())).OrThrow();
        }

        Assert.That(await _cluster.LeftoversAsync(), Is.Empty);
    }

    /// <summary>An open connection outlives its certificate; the next one is a new handshake.</summary>
    private async Task CutConnectionsAsync()
    {
        await _cluster.Etcd.KillAsync();
        await _cluster.Etcd.StartAsync();
    }

    private string Keep(string file)
    {
        var copy = Path.Combine(_directory, Path.GetFileName(file));
        File.Copy(file, copy);
        return copy;
    }
}
