using Calico.Ipam.Core;
using Calico.Ipam.Core.Audit;
using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Tests.Unit.Ipam.Audit;

internal sealed class IpamAuditorTests
{
    private static readonly Cidr FirstBlock = Cidr.Parse("10.0.0.0/29");
    private Cluster _cluster = null!;
    private IpamClient _ipam = null!;

    [SetUp]
    public async Task FillACluster()
    {
        _cluster = Cluster.Ready();
        _cluster.Pool("pool", "10.0.0.0/24", spec => spec with { BlockSize = 29 });
        _ipam = _cluster.Client();
        for (var i = 0; i < 20; i++)
        {
            await _ipam.AssignAsync(new AssignRequest(Cluster.Pod($"pod-{i}", $"c{i}"), i % 2 == 0 ? "node-a" : "node-b"), CancellationToken.None);
        }
    }

    [TearDown]
    public void Forget() => _ipam.Dispose();

    [Test]
    public async Task What_we_wrote_is_sound() => Assert.That(await AuditAsync(), Is.Empty);

    [Test]
    public async Task Any_damage_to_the_bookkeeping_is_found_and_put_right_and_no_address_is_freed()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            await FillACluster();
            var dice = new Random(seed);
            var (before, damage) = (Allocated(), string.Join(", ", Enumerable.Range(0, 1 + dice.Next(3)).Select(_ => Damage(dice))));

            var findings = await AuditAsync();
            Assert.That(findings, Is.Not.Empty, $"seed {seed}: {damage}");
            foreach (var finding in findings)
            {
                await _ipam.RepairAsync(finding.Repair!, CancellationToken.None);
            }

            Assert.That(await AuditAsync(), Is.Empty, $"seed {seed}: {damage}");
            Assert.That(StoreInvariants.Violation(_cluster.Store.Contents()), Is.Null, $"seed {seed}: {damage}");
            Assert.That(Allocated(), Is.EqualTo(before), $"seed {seed}: {damage}");
        }
    }

    [Test]
    public async Task An_endpoint_whose_address_is_free_gets_it_allocated()
    {
        var key = _cluster.Keys(EtcdKeys.Prefix(ResourceKind.WorkloadEndpoint)).First();
        var endpoint = _cluster.Get<Resource<WorkloadEndpointSpec>>(key)!;
        var free = FirstFree();
        _cluster.Put(key, endpoint with { Spec = endpoint.Spec with { IPNetworks = [.. endpoint.Spec.IPNetworks!, free.ToCidr()] } });

        var finding = (await AuditAsync()).Single();
        Assert.That(finding.Kind, Is.EqualTo(IpamFindingKind.EndpointAddressFree));
        Assert.That(await _ipam.RepairAsync(finding.Repair!, CancellationToken.None), Is.True);
        Assert.That(await AuditAsync(), Is.Empty);
        Assert.That(await _ipam.RepairAsync(finding.Repair!, CancellationToken.None), Is.False, "it is right already");
    }

    [Test]
    public async Task An_address_of_two_endpoints_is_named_and_left_to_people()
    {
        var keys = _cluster.Keys(EtcdKeys.Prefix(ResourceKind.WorkloadEndpoint)).Take(2).ToList();
        var (first, second) = (_cluster.Get<Resource<WorkloadEndpointSpec>>(keys[0])!, _cluster.Get<Resource<WorkloadEndpointSpec>>(keys[1])!);
        _cluster.Put(keys[1], second with { Spec = second.Spec with { IPNetworks = first.Spec.IPNetworks } });

        var findings = await AuditAsync();
        Assert.That(findings.Select(finding => finding.Kind), Is.EquivalentTo(new[] { IpamFindingKind.AddressShared, IpamFindingKind.EndpointAddressTaken }));
        Assert.That(findings.Select(finding => finding.Repair), Is.All.Null);
    }

    [Test]
    public async Task Nothing_is_concluded_from_what_cannot_be_read()
    {
        _cluster.Store.Put(EtcdKeys.Block(FirstBlock), "{");
        var findings = await AuditAsync();
        Assert.That(findings.Single().Kind, Is.EqualTo(IpamFindingKind.Unreadable));
    }

    [Test]
    public async Task A_block_outside_of_every_pool_is_a_note()
    {
        _cluster.Store.Delete(EtcdKeys.Resource(ResourceKind.IpPool, "pool"));
        var findings = await AuditAsync();
        Assert.That(findings, Is.Not.Empty.And.All.Property("IsFault").False);
    }

    [Test]
    public async Task A_repair_looks_again_and_leaves_alone_what_became_right()
    {
        const string Handle = Cluster.Network + ".c0";
        var handle = _cluster.Get<IpamHandle>(EtcdKeys.Handle(Handle))!;
        _cluster.Store.Delete(EtcdKeys.Handle(Handle));
        var finding = (await AuditAsync()).Single();
        _cluster.Put(EtcdKeys.Handle(Handle), handle);
        var revision = _cluster.Store.Revision;
        Assert.That(await _ipam.RepairAsync(finding.Repair!, CancellationToken.None), Is.False);
        Assert.That(_cluster.Store.Revision, Is.EqualTo(revision));
    }

    [Test]
    public async Task An_address_that_was_given_out_anew_is_not_released()
    {
        var holding = (await _ipam.SnapshotAsync(CancellationToken.None)).Holdings.First(h => h.HandleId == Cluster.Network + ".c0");
        var held = holding.Addresses.Single();
        var release = new AddressRelease(held.Address, held.Block, holding.HandleId, held.Sequence);
        Assert.That(() => _ipam.ReleaseAddressAsync(release with { Sequence = held.Sequence + 1 }, CancellationToken.None), Throws.TypeOf<IpamException>().With.Property("Failure").EqualTo(IpamFailure.Differs));
        Assert.That(() => _ipam.ReleaseAddressAsync(release with { HandleId = "other" }, CancellationToken.None), Throws.TypeOf<IpamException>());
        Assert.That(await _ipam.ReleaseAddressAsync(release, CancellationToken.None), Is.True);
        Assert.That(await _ipam.ReleaseAddressAsync(release, CancellationToken.None), Is.False);
        Assert.That(_cluster.Get<IpamHandle>(EtcdKeys.Handle(holding.HandleId!)), Is.Null);
    }

    private async Task<IReadOnlyList<IpamFinding>> AuditAsync() => IpamAuditor.Audit(await _ipam.SnapshotAsync(CancellationToken.None));

    private IEnumerable<AllocationBlock> Blocks() => _cluster.Keys(EtcdKeys.Blocks).Select(key => _cluster.Get<AllocationBlock>(key)!);

    private SortedDictionary<IpAddress, string?> Allocated() => new(
        (from block in Blocks()
         from ordinal in Enumerable.Range(0, block.Allocations.Count)
         where block.Allocations[ordinal] is not null
         select (block.Cidr[(UInt128)ordinal], block.Attributes[block.Allocations[ordinal]!.Value].HandleId)).ToDictionary());

    private IpAddress FirstFree() => Blocks().Where(block => block.Unallocated.Count > 0).Select(block => block.Cidr[(UInt128)block.Unallocated[0]]).First();

    /// <summary>What upstream's client, a fault of ours or a hand in the store could leave.</summary>
    private string Damage(Random dice)
    {
        var handles = _cluster.Keys(EtcdKeys.Handles).ToList();
        var affinities = _cluster.Keys(EtcdKeys.Affinities).ToList();
        var block = Blocks().ElementAt(dice.Next(Blocks().Count()));
        switch (dice.Next(7))
        {
            case 0:
                var gone = handles[dice.Next(handles.Count)];
                _cluster.Store.Delete(gone);
                return $"{gone} deleted";
            case 1:
                var wrong = handles[dice.Next(handles.Count)];
                _cluster.Put(wrong, new IpamHandle { Block = new() { [block.Cidr.ToString()] = 3 } });
                return $"{wrong} counts 3 in {block.Cidr}";
            case 2:
                _cluster.Put(EtcdKeys.Handle("net.ghost"), new IpamHandle { Block = new() { [block.Cidr.ToString()] = 1 } });
                return "a ghost's handle";
            case 3:
                var lost = affinities[dice.Next(affinities.Count)];
                _cluster.Store.Delete(lost);
                return $"{lost} deleted";
            case 4:
                var pending = affinities[dice.Next(affinities.Count)];
                _cluster.Put(pending, new BlockAffinity { State = BlockAffinity.Pending });
                return $"{pending} pending";
            case 5:
                _cluster.Put(EtcdKeys.Affinity("node-z", block.Cidr), new BlockAffinity { State = BlockAffinity.Confirmed });
                return $"node-z claims {block.Cidr}";
            default:
                var withRoom = Blocks().First(b => b.Unallocated.Count > 0);
                _cluster.Put(EtcdKeys.Block(withRoom.Cidr), withRoom with { Unallocated = [.. withRoom.Unallocated.Skip(1)] });
                return $"{withRoom.Cidr} loses an address";
        }
    }
}
