using Calico.Ipam.Core;
using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Store;
using Calico.Tests.Fakes;

namespace Calico.Tests.Unit.Ipam;

internal sealed class IpamClientTests
{
    private Cluster _cluster = null!;
    private IpamClient _client = null!;

    [SetUp]
    public void Arrange()
    {
        _cluster = Cluster.Ready("10.0.0.0/24", "fd00::/64");
        _client = _cluster.Client();
    }

    [TearDown]
    public void Invariants()
    {
        _client.Dispose();
        Assert.That(StoreInvariants.Violation(_cluster.Store.Contents()), Is.Null);
    }

    [Test]
    public async Task An_add_changes_everything_in_one_revision()
    {
        var before = _cluster.Store.Revision;
        var given = await _client.AssignAsync(Cluster.Add("c1"), CancellationToken.None);

        Assert.That(_cluster.Store.Revision, Is.EqualTo(before + 1));
        var address = given.Addresses.Single();
        var block = new Cidr(address, 26);
        Assert.Multiple(() =>
        {
            Assert.That(_cluster.Get<AllocationBlock>(EtcdKeys.Block(block))!.Affinity, Is.EqualTo("host:node-a"));
            Assert.That(_cluster.Get<BlockAffinity>(EtcdKeys.Affinity("node-a", block))!.State, Is.EqualTo("confirmed"));
            Assert.That(_cluster.Get<IpamHandle>(EtcdKeys.Handle("net.c1"))!.Block, Is.EqualTo(new Dictionary<string, int> { [block.ToString()] = 1 }));
            Assert.That(Endpoint("node--a-cni-c1-eth0")!.IPNetworks, Is.EqualTo(new[] { address.ToCidr() }));
            Assert.That(_cluster.Get<Resource<ProfileSpec>>(EtcdKeys.Resource(ResourceKind.Profile, "net")), Is.Not.Null);
        });
    }

    [Test]
    public async Task A_cold_client_needs_at_most_three_round_trips_and_a_warm_one_needs_one()
    {
        await _client.AssignAsync(Cluster.Add("c1"), CancellationToken.None);
        Assert.That(_cluster.Store.Calls, Has.Count.EqualTo(2), "cold, the node owns no block");

        await _client.AssignAsync(Cluster.Add("c2"), CancellationToken.None);
        await _client.ReleaseAsync(Cluster.Del("c2"), CancellationToken.None);
        Assert.That(_cluster.Store.Calls, Has.Count.EqualTo(4), "warm: one each");

        using var second = _cluster.Client();
        await second.AssignAsync(Cluster.Add("c3"), CancellationToken.None);
        Assert.That(_cluster.Store.Calls, Has.Count.EqualTo(7), "cold, the node owns a block");
    }

    [Test]
    public async Task A_repeated_add_returns_the_same_and_only_renews_the_handle([Values] bool cold)
    {
        var first = await _client.AssignAsync(Cluster.Add("c1"), CancellationToken.None);
        var (before, revision) = (_cluster.Store.Contents(), _cluster.Store.Revision);
        using var other = _cluster.Client();
        var again = await (cold ? other : _client).AssignAsync(Cluster.Add("c1"), CancellationToken.None);
        Assert.That(again.Addresses, Is.EqualTo(first.Addresses));
        Assert.That(again.Endpoint!.Mac, Is.EqualTo(first.Endpoint!.Mac));
        Assert.That(_cluster.Store.Contents(), Is.EqualTo(before));
        Assert.That(_cluster.Store.Revision, Is.EqualTo(revision + 1));
        Assert.That((await _cluster.Store.RangeAsync(new RangeRequest(EtcdKeys.Handle("net.c1")), CancellationToken.None)).Single!.ModRevision, Is.EqualTo(revision + 1));
    }

    [Test]
    public async Task A_release_leaves_the_empty_block_and_nothing_else([Values] bool cold)
    {
        await _client.AssignAsync(Cluster.Add("c1"), CancellationToken.None);
        using var other = _cluster.Client();
        var released = await (cold ? other : _client).ReleaseAsync(Cluster.Del("c1"), CancellationToken.None);

        Assert.That(released.HostInterfaces, Has.Length.EqualTo(1));
        Assert.That(_cluster.Keys(EtcdKeys.Handles), Is.Empty);
        Assert.That(_cluster.Keys(EtcdKeys.Prefix(ResourceKind.WorkloadEndpoint)), Is.Empty);
        Assert.That(_cluster.Keys(EtcdKeys.Blocks), Has.Exactly(1).Items);
    }

    [Test]
    public async Task Releasing_what_is_unknown_succeeds_even_in_an_empty_store()
    {
        var empty = new Cluster();
        using var client = empty.Client();
        Assert.That((await client.ReleaseAsync(Cluster.Del("c1"), CancellationToken.None)).Addresses, Is.Empty);
        Assert.That(empty.Store.Contents(), Is.Empty);
    }

    [Test]
    public async Task Two_families_come_together_or_not_at_all()
    {
        var both = Cluster.Add("c1") with { Families = [IpFamily.IPv4, IpFamily.IPv6] };
        Assert.That((await _client.AssignAsync(both, CancellationToken.None)).Addresses.Select(a => a.Family), Is.EqualTo(both.Families));

        _cluster.Pool("pool-1", "fd00::/64", spec => spec with { Disabled = true });
        var before = _cluster.Store.Contents();
        var error = await Assert.ThrowsAsync<IpamException>(() =>
            _client.AssignAsync(Cluster.Add("c2") with { Families = both.Families }, CancellationToken.None));
        Assert.That(error!.Failure, Is.EqualTo(IpamFailure.NoUsablePool));
        Assert.That(error.Details, Does.Contain("pool-1 (disabled)"));
        Assert.That(_cluster.Store.Contents(), Is.EqualTo(before));
    }

    [Test]
    public async Task Two_interfaces_of_one_container_are_released_one_by_one()
    {
        var first = await _client.AssignAsync(new AssignRequest(Cluster.Container("c1"), "node-a"), CancellationToken.None);
        var second = await _client.AssignAsync(new AssignRequest(Cluster.Container("c1", "eth1"), "node-a"), CancellationToken.None);
        Assert.That(second.Addresses, Is.Not.EqualTo(first.Addresses));

        var released = await _client.ReleaseAsync(Cluster.Del("c1"), CancellationToken.None);
        Assert.That(released.Addresses, Is.EqualTo(first.Addresses));
        Assert.That(Endpoint("node--a-cni-c1-eth1")!.IPNetworks, Is.EqualTo(new[] { second.Addresses[0].ToCidr() }));
    }

    [Test]
    public async Task The_late_del_of_a_pods_old_container_does_not_touch_the_new_endpoint()
    {
        var old = Cluster.Pod("web-0", "old");
        var fresh = Cluster.Pod("web-0", "fresh");
        var oldGiven = await _client.AssignAsync(new AssignRequest(old, "node-a"), CancellationToken.None);
        var freshGiven = await _client.AssignAsync(new AssignRequest(fresh, "node-a"), CancellationToken.None);

        var released = await _client.ReleaseAsync(new ReleaseRequest(old, "node-a"), CancellationToken.None);

        Assert.That(released.Addresses, Is.EqualTo(oldGiven.Addresses));
        Assert.That(released.HostInterfaces, Is.Empty);
        var endpoint = _cluster.Get<Resource<WorkloadEndpointSpec>>(EtcdKeys.Resource(ResourceKind.WorkloadEndpoint, "shop", "node--a-k8s-web--0-eth0"))!.Spec;
        Assert.That((endpoint.ContainerId, endpoint.IPNetworks![0]), Is.EqualTo(("fresh", freshGiven.Addresses[0].ToCidr())));
        Assert.That(endpoint.Profiles, Is.EqualTo(new[] { "kns.shop" }));
    }

    [Test]
    public async Task A_named_address_is_given_and_a_taken_one_names_its_holder()
    {
        var wanted = Cluster.Addresses("10.0.0.77").ToList();
        var given = await _client.AssignAsync(new AssignRequest(Cluster.Pod("web-0", "c1"), "node-a") { Addresses = wanted }, CancellationToken.None);
        Assert.That(given.Addresses, Is.EqualTo(wanted));

        var taken = await Assert.ThrowsAsync<IpamException>(() => _client.AssignAsync(Cluster.Add("c2") with { Addresses = wanted }, CancellationToken.None));
        Assert.That(taken!.Failure, Is.EqualTo(IpamFailure.AddressTaken));
        Assert.That(taken.Message, Does.Contain("pod shop/web-0 on node node-a"));

        var outside = await Assert.ThrowsAsync<IpamException>(() =>
            _client.AssignAsync(Cluster.Add("c3") with { Addresses = [IpAddress.Parse("192.0.2.1")] }, CancellationToken.None));
        Assert.That(outside!.Failure, Is.EqualTo(IpamFailure.InvalidRequest));
    }

    [Test]
    public async Task A_pod_that_restarts_takes_its_named_address_from_its_old_container()
    {
        var metadata = new PodMetadata { Annotations = new Dictionary<string, string> { ["cni.projectcalico.org/ipAddrs"] = """["10.0.0.5"]""" } };
        await _client.AssignAsync(new AssignRequest(Cluster.Pod("web-0", "old"), "node-a") { Metadata = metadata }, CancellationToken.None);
        var fresh = await _client.AssignAsync(new AssignRequest(Cluster.Pod("web-0", "fresh"), "node-a") { Metadata = metadata }, CancellationToken.None);
        Assert.That(fresh.Addresses, Is.EqualTo(Cluster.Addresses("10.0.0.5")));
        Assert.That(_cluster.Keys(EtcdKeys.Handles), Is.EqualTo(new[] { EtcdKeys.Handle("net.fresh") }));
    }

    [Test]
    public async Task A_foreign_main_plugin_gets_addresses_without_an_endpoint()
    {
        var given = await _client.AssignAsync(Cluster.Add("c1") with { WritesEndpoint = false }, CancellationToken.None);
        Assert.That(given.Endpoint, Is.Null);
        Assert.That(_cluster.Keys(EtcdKeys.Prefix(ResourceKind.WorkloadEndpoint)), Is.Empty);
        Assert.That(_cluster.Keys(EtcdKeys.Handles), Has.Exactly(1).Items);
    }

    [Test]
    public async Task A_batch_of_a_hundred_takes_two_transactions_and_one_failure_spoils_nothing()
    {
        _cluster.Pool("big", "10.1.0.0/16", spec => spec with { BlockSize = 24 });
        var batch = Enumerable.Range(0, 100)
            .Select(n => (IpamRequest)(Cluster.Add($"c{n}") with { IPv4Pools = [n == 50 ? "missing" : "big"] })).ToList();
        var before = _cluster.Store.Revision;

        var outcomes = await _client.CommitAsync(batch, CancellationToken.None);

        Assert.That(_cluster.Store.Revision, Is.EqualTo(before + 2));
        Assert.That(outcomes.Select(o => o.Assignment?.Addresses[0]).Distinct().Count(), Is.EqualTo(100));
        Assert.That(outcomes[50].Error!.Failure, Is.EqualTo(IpamFailure.InvalidRequest));
    }

    [Test]
    public async Task A_closed_or_unknown_cluster_gives_nothing()
    {
        _cluster.SetReady(false);
        var closed = await Assert.ThrowsAsync<IpamException>(() => _client.AssignAsync(Cluster.Add("c1"), CancellationToken.None));
        Assert.That(closed!.Failure, Is.EqualTo(IpamFailure.NotReady));

        _cluster.SetReady(true);
        Assert.That((await _client.AssignAsync(Cluster.Add("c1"), CancellationToken.None)).Addresses, Has.Length.EqualTo(1));

        using var nowhere = new Cluster().Client();
        var absent = await Assert.ThrowsAsync<IpamException>(() => nowhere.AssignAsync(Cluster.Add("c1"), CancellationToken.None));
        Assert.That(absent!.Message, Does.Contain("no ClusterInformation"));
    }

    [Test]
    public async Task A_warm_client_notices_that_its_pool_was_disabled_meanwhile()
    {
        await _client.AssignAsync(Cluster.Add("c1"), CancellationToken.None);
        _cluster.Pool("pool-0", "10.0.0.0/24", spec => spec with { Disabled = true });
        var error = await Assert.ThrowsAsync<IpamException>(() => _client.AssignAsync(Cluster.Add("c2"), CancellationToken.None));
        Assert.That(error!.Failure, Is.EqualTo(IpamFailure.NoUsablePool));
    }

    [Test]
    public async Task A_lost_answer_is_found_out_and_gives_one_address_only()
    {
        _cluster.Store.FailNext(StoreFault.AfterEffect, call => call.Operation == "Txn" && !call.Detail.StartsWith("0/", StringComparison.Ordinal));
        var given = await _client.AssignAsync(Cluster.Add("c1"), CancellationToken.None);
        var block = _cluster.Get<AllocationBlock>(EtcdKeys.Block(new Cidr(given.Addresses[0], 26)))!;
        Assert.That(block.Unallocated, Has.Count.EqualTo(63));
    }

    [Test]
    public void A_store_that_is_down_is_the_stores_error()
    {
        _cluster.Store.IsDown = true;
        Assert.That(
            () => _client.AssignAsync(Cluster.Add("c1"), CancellationToken.None),
            Throws.InstanceOf<StoreException>().With.Property(nameof(StoreException.IsUnavailable)).True);
    }

    [Test]
    public async Task What_others_wrote_into_an_object_survives_our_change()
    {
        var given = await _client.AssignAsync(Cluster.Add("c1"), CancellationToken.None);
        var key = EtcdKeys.Block(new Cidr(given.Addresses[0], 26));
        _cluster.Store.Put(key, _cluster.Store.Contents()[key].Replace("\"deleted\":false", "\"deleted\":false,\"fromTheFuture\":[1]", StringComparison.Ordinal));
        await _client.AssignAsync(Cluster.Add("c2"), CancellationToken.None);
        Assert.That(_cluster.Store.Contents()[key], Does.Contain("\"fromTheFuture\":[1]"));
    }

    [Test]
    public async Task Collecting_releases_this_nodes_stale_attachments_of_the_network_alone()
    {
        foreach (var id in new[] { "keep", "stale" })
        {
            await _client.AssignAsync(Cluster.Add(id), CancellationToken.None);
        }

        using var other = _cluster.Client();
        await other.AssignAsync(Cluster.Add("elsewhere", "node-b"), CancellationToken.None);
        await _client.AssignAsync(new AssignRequest(Cluster.Container("foreign") with { Network = "net2" }, "node-a") { WritesEndpoint = false }, CancellationToken.None);

        var result = await _client.CollectAsync(new CollectRequest(Cluster.Network, "node-a", [new Attachment("keep", "eth0")]), CancellationToken.None);

        Assert.That(result.Failures, Is.Empty);
        Assert.That(result.HostInterfaces, Is.EqualTo(new[] { Cluster.Container("stale").HostInterface() }));
        Assert.That(
            _cluster.Keys(EtcdKeys.Handles),
            Is.EquivalentTo(new[] { "net.keep", "net.elsewhere", "net2.foreign" }.Select(EtcdKeys.Handle)));
    }

    [Test]
    public async Task Check_tells_the_first_difference()
    {
        var given = await _client.AssignAsync(Cluster.Add("c1"), CancellationToken.None);
        var check = new CheckRequest(Cluster.Container("c1"), "node-a", given.Addresses, HasEndpoint: true);
        await _client.CheckAsync(check, CancellationToken.None);

        _cluster.Store.Delete(EtcdKeys.Resource(ResourceKind.WorkloadEndpoint, "default", "node--a-cni-c1-eth0"));
        Assert.That(() => _client.CheckAsync(check, CancellationToken.None), Throws.InstanceOf<IpamException>().With.Message.Contains("does not exist"));

        await _client.ReleaseAsync(Cluster.Del("c1"), CancellationToken.None);
        Assert.That(() => _client.CheckAsync(check, CancellationToken.None), Throws.InstanceOf<IpamException>().With.Message.Contains("not allocated"));
    }

    [Test]
    public async Task Ready_means_a_pool_for_each_family()
    {
        await _client.CheckReadyAsync(new ReadyRequest("node-a", [IpFamily.IPv4, IpFamily.IPv6], [], []), CancellationToken.None);
        _cluster.Pool("pool-1", "fd00::/64", spec => spec with { Disabled = true });
        var error = await Assert.ThrowsAsync<IpamException>(() => _client.CheckReadyAsync(new ReadyRequest("node-a", [IpFamily.IPv6], [], []), CancellationToken.None));
        Assert.That(error!.Failure, Is.EqualTo(IpamFailure.NoUsablePool));
    }

    private WorkloadEndpointSpec? Endpoint(string name) =>
        _cluster.Get<Resource<WorkloadEndpointSpec>>(EtcdKeys.Resource(ResourceKind.WorkloadEndpoint, "default", name))?.Spec;
}
