using System.Text.Json.Nodes;
using Calico.Tests.Fakes;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Processes;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Netns.Ctl;

/// <summary>The published <c>calicoctl</c> on a real etcd whose data upstream's own client wrote.</summary>
[Parallelizable]
internal sealed class CalicoCtlTests
{
    private EtcdServer _etcd = null!;

    [SetUp]
    public async Task Start()
    {
        _etcd = await EtcdServer.StartOnLoopbackAsync();
        foreach (var (key, value) in UpstreamDatastore.Read())
        {
            await _etcd.PutAsync(key, value);
        }
    }

    [TearDown]
    public async Task Stop() => await _etcd.DisposeAsync();

    [TestCase("workloadendpoints -A", "NAMESPACE   WORKLOAD   NODE     NETWORKS", "web-0")]
    [TestCase("nodes -o wide", "NAME     ASN        IPV4", "172.18.203.31/24")]
    [TestCase("ippools", "NAME", "10.65.0.0/16")]
    [TestCase("bgppeer", "NAME    PEERIP         NODE       ASN", "(global)")]
    [TestCase("gnp", "NAME                           TIER", "default.deny-egress-metadata")]
    [TestCase("profiles -o wide", "NAME", "pcns.")]
    [TestCase("hep -o wide", "NAME          NODE     INTERFACE   IPS", "node-a-eth0")]
    [TestCase("blockaffinities", "NAME", "node-b-10-65-218-64-26 ")]
    [TestCase("clusterinfo", "NAME      CLUSTERGUID", "030dab52be06467893335d1118454722")]
    public async Task What_upstream_wrote_is_shown(string what, string heading, string content)
    {
        var text = (await CtlAsync($"get {what}")).OrThrow().Stdout;
        Assert.That(text, Does.StartWith(heading).And.Contain(content));
    }

    [Test]
    public async Task Yaml_of_every_kind_goes_back_in_without_a_change()
    {
        var before = await _etcd.ReadAsync();
        foreach (var kind in new[] { "ippools", "nodes", "bgppeers", "gnp", "globalnetworksets", "hostendpoints", "profiles", "workloadendpoints -n shop" })
        {
            var yaml = (await CtlAsync($"get {kind} -o yaml")).OrThrow().Stdout;
            Assert.That((await CtlAsync("apply -f -", yaml)).OrThrow().Stdout, Does.Contain("Successfully applied").And.Contain("without a change"), yaml);
        }

        Assert.That((await _etcd.ReadAsync()).ToDictionary(pair => pair.Key, pair => pair.Value.ModRevision), Is.EqualTo(before.ToDictionary(pair => pair.Key, pair => pair.Value.ModRevision)));
    }

    [Test]
    public async Task Ipam_of_upstream_is_sound_and_addresses_are_found()
    {
        Assert.That((await CtlAsync("ipam check")).OrThrow().Stdout, Does.Contain("found no problems"));
        Assert.That((await CtlAsync("ipam show --ip=10.65.174.128")).OrThrow().Stdout, Does.Contain("Handle ID: k8s-pod-network.aaaaaaaa").And.Contain("Endpoint: shop/"));
        Assert.That((await CtlAsync("ipam show --show-blocks")).OrThrow().Stdout, Does.Contain("| IP Pool  | 10.65.0.0/16").And.Contain("| Block    | 10.65.218.64/26"));
    }

    [Test]
    public async Task A_broken_store_is_put_right_and_no_address_is_freed()
    {
        const string Handle = "/calico/ipam/v2/handle/k8s-pod-network.aaaaaaaa";
        const string Affinity = "/calico/ipam/v2/host/node-b/ipv4/block/10.65.218.64-26";
        await _etcd.DeleteAsync(Handle);
        await _etcd.DeleteAsync(Affinity);
        await _etcd.PutAsync("/calico/ipam/v2/handle/k8s-pod-network.gone", /*lang=json*/ """{"block":{"10.65.218.64/26":1},"deleted":false}""");
        await _etcd.PutAsync("/calico/ipam/v2/host/node-b/ipv4/block/10.65.174.128-26", /*lang=json*/ """{"state":"confirmed","deleted":false}""");

        var check = await CtlAsync("ipam check");
        Assert.That(check.ExitCode, Is.EqualTo(1));
        Assert.That(check.Stdout, Does.Contain("handle k8s-pod-network.aaaaaaaa: does not exist").And.Contain("handle k8s-pod-network.gone")
            .And.Contain("affinity of node-b to 10.65.174.128/26").And.Contain("block 10.65.218.64/26: is owned by node-b").And.Contain("4 problems are left"));
        Assert.That((await CtlAsync("ipam check --repair")).OrThrow().Stdout, Does.Contain("repaired"));
        Assert.That((await CtlAsync("ipam check")).OrThrow().Stdout, Does.Contain("3 addresses in use").Or.Contain("4 addresses in use"));
        var after = await _etcd.ReadAsync();
        Assert.That(JsonNode.Parse(after[Handle].Text)!["block"]!.ToJsonString(), Is.EqualTo(JsonNode.Parse(UpstreamDatastore.Read()[Handle])!["block"]!.ToJsonString()));
        Assert.That(after.Keys, Is.EquivalentTo(UpstreamDatastore.Read().Keys));
    }

    [Test]
    public async Task A_datastore_moves_to_another_etcd_and_is_the_same_there()
    {
        await using var other = await EtcdServer.StartOnLoopbackAsync();
        (await CtlAsync("datastore migrate lock")).OrThrow();
        var export = (await CtlAsync("datastore migrate export")).OrThrow().Stdout;
        (await CtlAsync("datastore migrate import -f -", export, other)).OrThrow();
        (await CtlAsync("datastore migrate unlock", "", other)).OrThrow();
        Assert.That((await CtlAsync("datastore import -f -", export, other)).OrThrow().Stdout, Does.StartWith("Imported 0 keys"));
        var (here, there) = (await _etcd.ReadAsync(), await other.ReadAsync());
        Assert.That(there.Keys, Is.EquivalentTo(here.Keys));
        foreach (var (key, value) in here.Where(pair => !pair.Key.Contains("clusterinformations", StringComparison.Ordinal)))
        {
            Assert.That(JsonNode.DeepEquals(JsonNode.Parse(there[key].Text), JsonNode.Parse(value.Text)), key);
        }
    }

    [Test]
    public async Task A_store_that_is_away_has_its_exit_code()
    {
        await _etcd.KillAsync();
        var outcome = await CtlAsync("get nodes");
        Assert.That(outcome.ExitCode, Is.EqualTo(3), outcome.Stderr);
        Assert.That(outcome.Stderr, Does.StartWith("error: the datastore does not answer"));
    }

    private Task<CommandOutcome> CtlAsync(string arguments, string input = "", EtcdServer? etcd = null) => new Command(Binaries.Ctl, arguments.Split(' '))
    {
        CleanEnvironment = true,
        Environment = new Dictionary<string, string> { ["ETCD_ENDPOINTS"] = (etcd ?? _etcd).EndpointText },
        Stdin = input,
    }.RunAsync();
}
