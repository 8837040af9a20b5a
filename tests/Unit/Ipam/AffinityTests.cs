using Calico.Ipam.Core;
using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Net;

namespace Calico.Tests.Unit.Ipam;

/// <summary>Which block an address comes from, seen from outside.</summary>
internal sealed class AffinityTests
{
    private readonly Dictionary<string, IpamClient> _clients = [];
    private Cluster _cluster = null!;
    private int _next;

    [SetUp]
    public void Arrange()
    {
        _next = 0;
        _cluster = Cluster.Ready();
        _cluster.Pool("pool", "10.0.0.0/28", spec => spec with { BlockSize = 30 });
    }

    [TearDown]
    public void Invariants()
    {
        Assert.That(StoreInvariants.Violation(_cluster.Store.Contents()), Is.Null);
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }

        _clients.Clear();
    }

    [Test]
    public async Task A_node_fills_its_block_before_it_claims_another()
    {
        var addresses = await Take("node-a", 5);
        Assert.That(addresses.Take(4).Select(Block).Distinct().Count(), Is.EqualTo(1));
        Assert.That(Block(addresses[4]), Is.Not.EqualTo(Block(addresses[0])));
        Assert.That(_cluster.Keys(EtcdKeys.AffinitiesOf("node-a")).Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task When_no_block_is_free_single_addresses_are_borrowed()
    {
        await Take("node-a", 13);
        var borrowed = await Take("node-b", 3);
        Assert.That(_cluster.Keys(EtcdKeys.AffinitiesOf("node-b")), Is.Empty);
        Assert.That(borrowed, Is.Unique);
        var full = await Assert.ThrowsAsync<IpamException>(() => Take("node-b", 1));
        Assert.That(full!.Failure, Is.EqualTo(IpamFailure.Exhausted));
        Assert.That(full.Message, Does.Contain("pool (10.0.0.0/28)"));
    }

    [Test]
    public async Task Strict_affinity_forbids_borrowing()
    {
        _cluster.Configure(new IpamConfig { AutoAllocateBlocks = true, StrictAffinity = true });
        await Take("node-a", 13);
        var error = await Assert.ThrowsAsync<IpamException>(() => Take("node-b", 1));
        Assert.That(error!.Details, Does.Contain("strict affinity"));
    }

    [Test]
    public async Task No_more_than_the_allowed_number_of_blocks_is_claimed()
    {
        _cluster.Configure(new IpamConfig { AutoAllocateBlocks = true, StrictAffinity = true, MaxBlocksPerHost = 2 });
        await Take("node-a", 8);
        var error = await Assert.ThrowsAsync<IpamException>(() => Take("node-a", 1));
        Assert.That(error!.Details, Does.Contain("owns 2 of at most 2 blocks"));
    }

    [Test]
    public async Task An_empty_block_that_another_node_left_behind_changes_hands()
    {
        await Take("node-a", 16);
        await Give("node-a", 16);
        _cluster.Pass(TimeSpan.FromMinutes(2));
        await Take("node-b", 1);
        Assert.That(_cluster.Keys(EtcdKeys.AffinitiesOf("node-b")).Count(), Is.EqualTo(1));
        Assert.That(_cluster.Keys(EtcdKeys.AffinitiesOf("node-a")).Count(), Is.EqualTo(3));
    }

    [Test]
    public async Task A_block_claimed_a_moment_ago_is_not_taken_away()
    {
        await Take("node-a", 16);
        await Give("node-a", 16);
        await Take("node-b", 1);
        Assert.That(_cluster.Keys(EtcdKeys.AffinitiesOf("node-a")).Count(), Is.EqualTo(4), "borrowed instead");
    }

    [Test]
    public async Task Reserved_blocks_and_addresses_are_passed_over()
    {
        _cluster.Reserve("10.0.0.0/29", "10.0.0.8/31");
        var addresses = await Take("node-a", 6);
        Assert.That(addresses.Order(), Is.EqualTo(Enumerable.Range(10, 6).Select(n => IpAddress.Parse($"10.0.0.{n}"))));
        await Assert.ThrowsAsync<IpamException>(() => Take("node-a", 1));
    }

    [Test]
    public async Task A_released_address_waits_out_its_cool_down()
    {
        _cluster.Configure(new IpamConfig { AutoAllocateBlocks = true, IpCooldownSeconds = 60 });
        await Take("node-a", 16);
        await Give("node-a", 1);
        await Assert.ThrowsAsync<IpamException>(() => Take("node-a", 1));
        _cluster.Pass(TimeSpan.FromSeconds(60));
        Assert.That(await Take("node-a", 1), Has.Count.EqualTo(1));
    }

    [TestCase(BlockAffinity.Pending)]
    [TestCase(BlockAffinity.PendingDeletion)]
    public async Task A_claim_that_was_cut_short_is_finished(string state)
    {
        var cidr = Cidr.Parse("10.0.0.8/30");
        _cluster.Put(EtcdKeys.Affinity("node-a", cidr), new BlockAffinity { State = state });
        Assert.That(Block((await Take("node-a", 1))[0]), Is.EqualTo(cidr));
    }

    [Test]
    public async Task An_unreadable_block_is_passed_over_and_its_neighbours_serve()
    {
        var first = Block((await Take("node-a", 1))[0]);
        var good = _cluster.Store.Contents()[EtcdKeys.Block(first)];
        _cluster.Store.Put(EtcdKeys.Block(first), """{"cidr":"nonsense"}""");
        Assert.That(Block((await Take("node-a", 1))[0]), Is.Not.EqualTo(first));
        _cluster.Store.Put(EtcdKeys.Block(first), good);
    }

    [Test]
    public async Task Nodes_without_automatic_blocks_use_what_they_own()
    {
        await Take("node-a", 1);
        _cluster.Configure(new IpamConfig { StrictAffinity = true });
        await Take("node-a", 3);
        var error = await Assert.ThrowsAsync<IpamException>(() => Take("node-a", 1));
        Assert.That(error!.Details, Does.Contain("auto_allocate_blocks is false"));
    }

    private async Task<List<IpAddress>> Take(string node, int count)
    {
        var taken = new List<IpAddress>();
        for (var i = 0; i < count; i++)
        {
            taken.Add((await Client(node).AssignAsync(Cluster.Add($"{node}-{_next++}", node), CancellationToken.None)).Addresses[0]);
        }

        return taken;
    }

    /// <summary>Gives back the first addresses that were taken.</summary>
    private async Task Give(string node, int count) =>
        await Client(node).CommitAsync([.. Enumerable.Range(0, count).Select(n => Cluster.Del($"{node}-{n}", node))], CancellationToken.None);

    private IpamClient Client(string node) => _clients.TryGetValue(node, out var client) ? client : _clients[node] = _cluster.Client();

    private static Cidr Block(IpAddress address) => new(address, 30);
}
