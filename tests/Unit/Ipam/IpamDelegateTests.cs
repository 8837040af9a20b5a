using System.Text;
using Calico.Cni.Protocol;
using Calico.Ipam.Core;
using Calico.Ipam.Delegate;
using Calico.Model;

namespace Calico.Tests.Unit.Ipam;

internal sealed class IpamDelegateTests
{
    private Cluster _cluster = null!;
    private IpamClient _client = null!;
    private IpamDelegate _delegate = null!;

    [SetUp]
    public void Arrange()
    {
        _cluster = Cluster.Ready("10.0.0.0/24");
        _client = _cluster.Client();
        _delegate = new IpamDelegate(_client, "node-a");
    }

    [TearDown]
    public void Close() => _client.Dispose();

    [Test]
    public async Task Our_plugin_gets_host_and_pod_interface_and_addresses_of_the_second()
    {
        var result = (await Call(CniCommand.Add))!;
        Assert.That(result.Interfaces.Select(i => i.Name), Is.EqualTo(new[] { Cluster.Container("c1").HostInterface(), "eth0" }));
        Assert.That(result.Interfaces.Select(i => i.Mac), Is.EqualTo(new[] { "ee:ee:ee:ee:ee:ee", Cluster.Container("c1").PodMac().ToString() }));
        Assert.That(result.Ips.Single().Interface, Is.EqualTo(1));
        Assert.That(result.Ips.Single().Address.PrefixLength, Is.EqualTo(32));
        Assert.That(result.Ips.Single().Gateway, Is.Null);
    }

    [Test]
    public async Task A_foreign_plugin_gets_addresses_alone()
    {
        var result = (await Call(CniCommand.Add, type: "macvlan"))!;
        Assert.That(result.Interfaces, Is.Empty);
        Assert.That(result.Ips.Single().Interface, Is.Null);
    }

    [Test]
    public async Task Del_names_the_host_interface_once()
    {
        await Call(CniCommand.Add);
        Assert.That((await Call(CniCommand.Del))!.Interfaces.Select(i => i.Name), Is.EqualTo(new[] { Cluster.Container("c1").HostInterface() }));
        Assert.That((await Call(CniCommand.Del))!.Interfaces, Is.Empty);
    }

    [Test]
    public async Task Check_passes_after_add_and_fails_after_del()
    {
        var address = (await Call(CniCommand.Add))!.Ips.Single().Address;
        var previous = $$""","prevResult":{"cniVersion":"1.1.0","ips":[{"address":"{{address}}"}]} """;
        Assert.That(await Call(CniCommand.Check, more: previous), Is.Null);
        await Call(CniCommand.Del);
        Assert.That((await Failure(CniCommand.Check, more: previous)).Code, Is.EqualTo(CniErrorCode.CheckFailed));
    }

    [Test]
    public async Task Gc_removes_what_is_not_listed()
    {
        await Call(CniCommand.Add);
        var kept = await Call(CniCommand.Gc, more: ""","cni.dev/valid-attachments":[{"containerID":"c1","ifname":"eth0"}]""");
        Assert.That(kept!.Interfaces, Is.Empty);
        var removed = await Call(CniCommand.Gc, more: ""","cni.dev/valid-attachments":[]""");
        Assert.That(removed!.Interfaces, Has.Count.EqualTo(1));
        Assert.That(_cluster.Keys(EtcdKeys.Handles), Is.Empty);
    }

    [Test]
    public async Task Status_is_50_for_every_reason_why_an_add_would_fail()
    {
        Assert.That(await Call(CniCommand.Status), Is.Null);
        _cluster.Pool("pool-0", "10.0.0.0/24", spec => spec with { Disabled = true });
        Assert.That((await Failure(CniCommand.Status)).Code, Is.EqualTo(CniErrorCode.NotAvailable));
        _cluster.Store.IsDown = true;
        Assert.That((await Failure(CniCommand.Status)).Code, Is.EqualTo(CniErrorCode.NotAvailable));
    }

    [Test]
    public async Task A_store_that_is_down_means_try_again_later()
    {
        _cluster.Store.IsDown = true;
        var failure = await Failure(CniCommand.Add);
        Assert.That(failure.Code, Is.EqualTo(CniErrorCode.TryAgainLater));
        Assert.That(failure.Message, Does.StartWith("ADD of eth0 in container c1 failed"));
    }

    [Test]
    public async Task A_conf_of_another_node_is_refused() =>
        Assert.That((await Failure(CniCommand.Add, more: ""","nodename":"node-b" """)).Code, Is.EqualTo(CniErrorCode.InvalidConfiguration));

    [Test]
    public async Task A_conf_without_a_family_is_refused() =>
        Assert.That((await Failure(CniCommand.Add, ipam: """{"type":"calico-ipam","assign_ipv4":"false"}""")).Code, Is.EqualTo(CniErrorCode.InvalidConfiguration));

    [Test]
    public async Task The_argument_IP_is_the_address_given()
    {
        var result = await Call(CniCommand.Add, arguments: "IgnoreUnknown=1;IP=10.0.0.9");
        Assert.That(result!.Ips.Single().Address.ToString(), Is.EqualTo("10.0.0.9/32"));
        Assert.That((await Failure(CniCommand.Add, arguments: "IP=nine")).Code, Is.EqualTo(CniErrorCode.InvalidEnvironment));
    }

    private async Task<CniException> Failure(
        CniCommand command, string more = "", string arguments = "", string ipam = """{"type":"calico-ipam"}""") =>
        (await Assert.ThrowsAsync<CniException>(() => Call(command, more: more, arguments: arguments, ipam: ipam)))!;

    private Task<CniResult?> Call(
        CniCommand command, string type = "calico", string more = "", string arguments = "", string ipam = """{"type":"calico-ipam"}""")
    {
        var conf = $$"""{"cniVersion":"1.1.0","name":"net","type":"{{type}}","ipam":{{ipam}}{{more}}}""";
        return _delegate.HandleAsync(
            new PluginRequest(command, "c1", "/var/run/netns/x", "eth0", arguments, "/opt/cni/bin", Encoding.UTF8.GetBytes(conf)), CancellationToken.None);
    }
}
