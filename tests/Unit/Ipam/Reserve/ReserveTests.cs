using Calico.Ipam.Core;
using Calico.Ipam.Core.Collection;
using Calico.Ipam.Core.Reserve;
using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Tests.Unit.Ipam.Reserve;

/// <summary>The addresses that a node holds for outages, and how they become a container's.</summary>
internal sealed class ReserveTests
{
    private const string Node = "node-a";
    private Cluster _cluster = null!;
    private IpamClient _client = null!;

    [SetUp]
    public void Start()
    {
        _cluster = Cluster.Ready("10.0.0.0/24", "fd00::/112");
        _client = _cluster.Client();
    }

    [TearDown]
    public void Stop()
    {
        Assert.That(StoreInvariants.Violation(_cluster.Store.Contents()), Is.Null);
        _client.Dispose();
    }

    [Test]
    public async Task A_node_without_a_block_claims_none_for_its_reserve()
    {
        Assert.That((await FillAsync(8)).Addresses, Is.Empty);
        Assert.That(_cluster.Keys(EtcdKeys.Affinities), Is.Empty);
    }

    [Test]
    public async Task The_reserve_is_taken_out_of_the_nodes_own_blocks_and_no_more_than_asked()
    {
        await _client.AssignAsync(Cluster.Add("c1"), default);
        var content = await FillAsync(8);
        Assert.That(content.Addresses, Has.Length.EqualTo(8).And.Unique);
        Assert.That((await FillAsync(8)).Addresses, Is.EqualTo(content.Addresses));
        Assert.That(_cluster.Keys(EtcdKeys.Affinities).Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Both_families_have_their_own()
    {
        await _client.AssignAsync(Cluster.Add("c1") with { Families = [IpFamily.IPv4, IpFamily.IPv6] }, default);
        Assert.That((await FillAsync(3)).Addresses.CountBy(a => a.Family), Is.EquivalentTo(new[] { KeyValuePair.Create(IpFamily.IPv4, 3), KeyValuePair.Create(IpFamily.IPv6, 3) }));
    }

    [Test]
    public async Task A_quarter_of_a_block_is_the_most()
    {
        _cluster.Pool("pool-0", "10.0.0.0/24", spec => spec with { BlockSize = 29 });
        await _client.AssignAsync(Cluster.Add("c1"), default);
        Assert.That((await FillAsync(8)).Addresses, Has.Length.EqualTo(2));
    }

    [Test]
    public async Task A_smaller_number_gives_back_and_zero_leaves_nothing()
    {
        await _client.AssignAsync(Cluster.Add("c1"), default);
        await FillAsync(8);
        Assert.That((await FillAsync(3)).Addresses, Has.Length.EqualTo(3));
        Assert.That((await FillAsync(0)).Addresses, Is.Empty);
        Assert.That(_cluster.Keys(EtcdKeys.Handle(NodeReserve.HandleId(Node))), Is.Empty);
    }

    [Test]
    public async Task A_pool_that_is_disabled_takes_its_part_back_except_what_pods_have()
    {
        await _client.AssignAsync(Cluster.Add("c1"), default);
        var first = (await FillAsync(4)).Addresses;
        _cluster.Pool("pool-0", "10.0.0.0/24", spec => spec with { Disabled = true });
        _client.Invalidate();
        Assert.That((await FillAsync(4, first[1])).Addresses, Is.EqualTo(new[] { first[1] }));
    }

    [Test]
    public async Task What_pods_have_does_not_count()
    {
        await _client.AssignAsync(Cluster.Add("c1"), default);
        var first = (await FillAsync(4)).Addresses;
        Assert.That((await FillAsync(4, first[0], first[1])).Addresses, Has.Length.EqualTo(6).And.SupersetOf(first));
    }

    [Test]
    public async Task An_adopted_address_leaves_the_reserve_for_the_container()
    {
        var address = await FilledAsync();
        var outcome = await AdoptAsync("c2", address);
        Assert.That(outcome.Assignment!.Addresses, Is.EqualTo(new[] { address }));
        await _client.CheckAsync(new CheckRequest(Cluster.Container("c2"), Node, [address], HasEndpoint: true), default);
        Assert.That((await FillAsync(8)).Addresses, Has.Length.EqualTo(8).And.No.Member(address));
    }

    [Test]
    public async Task An_adoption_can_be_repeated()
    {
        var address = await FilledAsync();
        await AdoptAsync("c2", address);
        var before = _cluster.Store.Contents();
        Assert.That((await AdoptAsync("c2", address)).Error, Is.Null);
        Assert.That(_cluster.Store.Contents(), Is.EqualTo(before));
    }

    [Test]
    public async Task What_a_lost_attempt_gave_the_container_besides_becomes_free()
    {
        var address = await FilledAsync();
        var lost = (await _client.AssignAsync(Cluster.Add("c2"), default)).Addresses[0];
        Assert.That((await AdoptAsync("c2", address)).Error, Is.Null);
        await _client.CheckAsync(new CheckRequest(Cluster.Container("c2"), Node, [address], HasEndpoint: true), default);
        Assert.That(() => _client.CheckAsync(new CheckRequest(Cluster.Container("c2"), Node, [lost], HasEndpoint: false), default), Throws.TypeOf<IpamException>());
    }

    [Test]
    public async Task An_address_that_a_former_container_was_left_with_is_taken_over()
    {
        var address = await FilledAsync();
        await AdoptAsync("c2", address);
        Assert.That((await AdoptAsync("c3", address, "net.c2")).Error, Is.Null);
        Assert.That(_cluster.Get<IpamHandle>(EtcdKeys.Handle("net.c2")), Is.Null);

        Assert.That(StoreInvariants.Violation(_cluster.Store.Contents()), Is.Null, "its endpoint went, too");
        await _client.ReleaseAsync(Cluster.Del("c2") with { ToReserve = [address] }, default);
        await _client.CheckAsync(new CheckRequest(Cluster.Container("c3"), Node, [address], HasEndpoint: true), default);
    }

    [Test]
    public async Task An_address_that_somebody_else_has_is_refused_by_name()
    {
        var address = await FilledAsync();
        await AdoptAsync("c2", address);
        var error = (await AdoptAsync("c3", address)).Error;
        Assert.That(error!.Failure, Is.EqualTo(IpamFailure.AddressTaken));
        Assert.That(error.Message, Does.Contain(address.ToString()).And.Contain("c3").And.Contain("net.c2"));
    }

    [Test]
    public async Task An_address_that_was_freed_and_that_nobody_took_is_had_again()
    {
        var address = await FilledAsync();
        await FillAsync(0);
        Assert.That((await AdoptAsync("c2", address)).Error, Is.Null);
        await _client.CheckAsync(new CheckRequest(Cluster.Container("c2"), Node, [address], HasEndpoint: true), default);
    }

    [Test]
    public async Task A_pool_that_is_gone_does_not_matter_to_who_has_its_address()
    {
        var address = await FilledAsync();
        _cluster.Store.Delete(EtcdKeys.Resource(ResourceKind.IpPool, "pool-0"));
        _client.Invalidate();
        Assert.That((await AdoptAsync("c2", address)).Error, Is.Null);
    }

    [Test]
    public async Task A_release_to_the_reserve_frees_nothing()
    {
        var address = await FilledAsync();
        await AdoptAsync("c2", address);
        await _client.ReleaseAsync(Cluster.Del("c2") with { ToReserve = [address] }, default);
        Assert.That((await FillAsync(8)).Addresses, Contains.Item(address));
        Assert.That(_cluster.Keys(EtcdKeys.Prefix(ResourceKind.WorkloadEndpoint)).Count(), Is.EqualTo(1), "c1's");
    }

    [Test]
    public async Task Nobody_takes_the_reserve_for_a_leak_while_its_node_is_there()
    {
        await FilledAsync();
        var snapshot = await _client.SnapshotAsync(default);
        var reserve = snapshot.Holdings.Single(holding => holding.HandleId == NodeReserve.HandleId(Node));
        Assert.That((reserve.Purpose, reserve.Node), Is.EqualTo((NodeReserve.Purpose, Node)));
        Assert.That(Calico.Ipam.Core.Audit.IpamAuditor.Audit(snapshot), Is.Empty);
    }

    [Test]
    public async Task A_node_that_is_removed_takes_its_reserve_with_it()
    {
        await FilledAsync();
        await new NodeRemoval(_cluster.Store, _client).RemoveAsync(Node, 0, default);
        Assert.That(_cluster.Keys("/calico/ipam/"), Is.Empty);
    }

    private async Task<IpAddress> FilledAsync()
    {
        await _client.AssignAsync(Cluster.Add("c1"), default);
        return (await FillAsync(8)).Addresses[0];
    }

    private async Task<ReserveContent> FillAsync(int count, params IpAddress[] inUse)
    {
        var outcomes = await _client.CommitAsync([new ReserveRequest(Node, count) { InUse = inUse }], default);
        return outcomes[0].Reserve ?? throw outcomes[0].Error!;
    }

    private static FormerHolder Former(string handle) =>
        new(handle, handle[4..], EtcdKeys.Endpoint(Cluster.Container(handle[4..]), Node));

    private async Task<IpamOutcome> AdoptAsync(string container, IpAddress address, params string[] formers)
    {
        var request = Cluster.Add(container);
        var endpoint = OfflineRules.Endpoint(request, null, [address], _cluster.GetUtcNow());
        return (await _client.CommitAsync([new AdoptRequest(request.Identity, Node, [address], endpoint) { Formers = [.. formers.Select(Former)] }], default))[0];
    }
}
