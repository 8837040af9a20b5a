using Calico.Ipam.Core.Blocks;
using Calico.Ipam.Core.Pools;
using Calico.Model.Ipam;
using Calico.Model.Net;

namespace Calico.Tests.Unit.Ipam;

internal sealed class BlockAllocatorTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly AllocationBlock Empty = BlockAllocator.Create(Cidr.Parse("10.0.0.0/30"), "node-a", Now);

    [Test]
    public void A_new_block_belongs_to_its_node_and_numbers_from_the_time_of_creation()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Empty.Affinity, Is.EqualTo("host:node-a"));
            Assert.That(Empty.SequenceNumber, Is.EqualTo((ulong)Now.ToUnixTimeSeconds() * 1_000_000_000));
            Assert.That(Empty.Unallocated, Is.EqualTo(new[] { 0, 1, 2, 3 }));
        });
    }

    [Test]
    public void An_address_that_came_back_is_given_out_last()
    {
        var (block, first) = Take(Empty, "a");
        (block, _) = BlockAllocator.Release(block, By("a"), TimeSpan.Zero, Now);
        var order = new List<string>();
        foreach (var handle in new[] { "b", "c", "d", "e" })
        {
            (block, var address) = Take(block, handle);
            order.Add(address.ToString());
        }

        Assert.That(order, Is.EqualTo(new[] { "10.0.0.1", "10.0.0.2", "10.0.0.3", first.ToString() }));
        Assert.That(BlockAllocator.Assign(block, Attribute("f"), Reservations.None), Is.Null);
    }

    [Test]
    public void Equal_attributes_are_stored_once_and_unused_ones_disappear()
    {
        var block = Take(Take(Take(Empty, "a").Block, "b").Block, "b").Block;
        Assert.That(block.Attributes.Select(a => a.HandleId), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(block.Allocations, Is.EqualTo(new int?[] { 0, 1, 1, null }));

        var (after, released) = BlockAllocator.Release(block, By("a"), TimeSpan.Zero, Now);
        Assert.That(after.Attributes.Select(a => a.HandleId), Is.EqualTo(new[] { "b" }));
        Assert.That(after.Allocations, Is.EqualTo(new int?[] { null, 0, 0, null }));
        Assert.That(released, Is.EqualTo(Cluster.Addresses("10.0.0.0")));
    }

    [Test]
    public void A_release_with_an_old_sequence_number_leaves_the_address_to_its_new_holder()
    {
        var block = Take(Empty, "a").Block;
        var known = new Dictionary<int, ulong> { [0] = block.SequenceNumberForAllocation!["0"] };
        block = BlockAllocator.Release(block, By("a"), TimeSpan.Zero, Now).Block;
        block = BlockAllocator.Assign(block, Attribute("a"), IpAddress.Parse("10.0.0.0"))!;

        var late = BlockAllocator.Release(block, By("a"), TimeSpan.Zero, Now, known);

        Assert.That(late.Released, Is.Empty);
        Assert.That(late.Block, Is.SameAs(block));
    }

    [Test]
    public void Reserved_addresses_are_skipped_unless_named()
    {
        var reserved = new Reservations([Cidr.Parse("10.0.0.0/31")]);
        Assert.That(BlockAllocator.Assign(Empty, Attribute("a"), reserved)!.Value.Address.ToString(), Is.EqualTo("10.0.0.2"));
        Assert.That(BlockAllocator.Assign(Empty, Attribute("a"), IpAddress.Parse("10.0.0.1")), Is.Not.Null);
    }

    [Test]
    public void A_cooling_address_comes_back_only_after_its_time()
    {
        var coolDown = TimeSpan.FromMinutes(1);
        var block = BlockAllocator.Release(Take(Empty, "a").Block, By("a"), coolDown, Now).Block;

        Assert.That(block.Unallocated, Does.Not.Contain(0));
        Assert.That(BlockAllocator.AddressesOf(block, By("a")), Is.Empty);
        Assert.That(BlockAllocator.EndCoolDown(block, coolDown, Now + TimeSpan.FromSeconds(59)), Is.SameAs(block));
        Assert.That(BlockAllocator.EndCoolDown(block, coolDown, Now + coolDown).Unallocated, Is.EqualTo(new[] { 1, 2, 3, 0 }));
    }

    [Test]
    public void An_allocation_of_upstreams_client_belongs_to_every_interface_of_the_container()
    {
        var holder = new AddressHolder("net.c", "eth0");
        Assert.Multiple(() =>
        {
            Assert.That(holder.Holds(new AllocationAttribute { HandleId = "net.c" }), Is.True);
            Assert.That(holder.Holds(new AllocationAttribute { HandleId = "net.c", Secondary = new() { ["interface"] = "eth1" } }), Is.False);
            Assert.That(holder.Holds(new AllocationAttribute { HandleId = "net.d" }), Is.False);
        });
    }

    [TestCase("""{"cidr":"10.0.0.0/30","allocations":[null,null],"unallocated":[0,1],"attributes":[]}""")]
    [TestCase("""{"cidr":"10.0.0.0/30","allocations":[3,null,null,null],"unallocated":[1,2,3],"attributes":[]}""")]
    [TestCase("""{"cidr":"10.0.0.0/30","allocations":[0,null,null,null],"unallocated":[0,1,2,3],"attributes":[{"handle_id":"a"}]}""")]
    [TestCase("""{"cidr":"10.0.0.0/8","allocations":[],"unallocated":[],"attributes":[]}""")]
    public void A_block_that_contradicts_itself_is_recognized(string json) =>
        Assert.That(Calico.Model.Json.ModelJson.Read<AllocationBlock>(System.Text.Encoding.UTF8.GetBytes(json)).IsSound(), Is.False);

    private static (AllocationBlock Block, IpAddress Address) Take(AllocationBlock block, string handle) =>
        BlockAllocator.Assign(block, Attribute(handle), Reservations.None)!.Value;

    private static AllocationAttribute Attribute(string handle) => new() { HandleId = handle, Secondary = new() { ["node"] = "node-a" } };

    private static Func<AllocationAttribute, bool> By(string handle) => a => a.HandleId == handle && a.ReleasedAt is null;
}
