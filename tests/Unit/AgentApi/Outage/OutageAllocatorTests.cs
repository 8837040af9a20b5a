using Calico.Ipam.Core;
using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Store;
using Calico.Tests.Fakes;
using Calico.Tests.Unit.Ipam;

namespace Calico.Tests.Unit.AgentApi.Outage;

/// <summary>ADD, DEL, CHECK, GC and STATUS while the store is away, and what the store knows afterwards.</summary>
internal sealed class OutageAllocatorTests
{
    private string _directory = "";
    private Cluster _cluster = null!;
    private OutageNode _node = null!;

    [SetUp]
    public async Task Start()
    {
        _directory = Directory.CreateTempSubdirectory("calico-outage-").FullName;
        _cluster = Cluster.Ready("10.0.0.0/24");
        _node = new OutageNode(_cluster, _directory);
        await _node.AddAsync("old");
        await _node.StepAsync();
        _node.Endpoints.Look();
    }

    [TearDown]
    public void Stop()
    {
        Assert.That(StoreInvariants.Violation(_cluster.Store.Contents()), Is.Null);
        _node.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Test]
    public async Task An_add_without_the_store_gets_an_address_of_the_reserve_and_the_store_hears_of_it()
    {
        _cluster.Store.IsDown = true;
        var given = await _node.AddAsync("c1");
        Assert.That(Figures, Is.EqualTo((3, 1)));
        Assert.That(_node.Endpoints.LaidOver.Values, Is.EqualTo(new[] { "c1" }));

        await BackAsync();
        Assert.That(Figures, Is.EqualTo((4, 0)));
        Assert.That(_node.Endpoints.LaidOver, Is.Empty);
        await CheckInStoreAsync("c1", given);
    }

    [Test]
    public async Task A_repeated_add_gets_the_same_and_a_check_finds_it()
    {
        _cluster.Store.IsDown = true;
        var given = await _node.AddAsync("c1");
        Assert.That((await _node.AddAsync("c1")).Addresses, Is.EqualTo(given.Addresses));
        await _node.Calls.CheckAsync(new CheckRequest(Cluster.Container("c1"), OutageNode.Name, given.Addresses, HasEndpoint: true), default);
        Assert.That(
            () => _node.Calls.CheckAsync(new CheckRequest(Cluster.Container("c1"), OutageNode.Name, [IpAddress.Parse("10.9.9.9")], HasEndpoint: true), default),
            Throws.TypeOf<IpamException>().With.Property(nameof(IpamException.Failure)).EqualTo(IpamFailure.Differs));
        await BackAsync();
    }

    [Test]
    public async Task A_container_that_the_store_knows_keeps_its_address_when_its_add_is_repeated()
    {
        var before = await _node.Calls.AssignAsync(Cluster.Add("old"), default);
        _cluster.Store.IsDown = true;
        Assert.That((await _node.AddAsync("old")).Addresses, Is.EqualTo(before.Addresses));
        Assert.That(_node.Status.Journal, Is.Zero);
    }

    [Test]
    public async Task A_hundred_pods_come_and_go_with_a_reserve_of_four()
    {
        _cluster.Store.IsDown = true;
        var given = new List<IpAddress>();
        for (var pod = 0; pod < 100; pod++)
        {
            given.AddRange((await _node.AddAsync($"c{pod}")).Addresses);
            await _node.DelAsync($"c{pod}");
        }

        Assert.That(given.Distinct().Count(), Is.EqualTo(4), "the one that rested the longest is next");
        await BackAsync();
        Assert.That(Handles(), Is.EqualTo(new[] { "calico-reserve.node-a", "net.old" }));
        Assert.That(new FileInfo(_node.Options.JournalFile).Length, Is.Zero);
    }

    [Test]
    public async Task A_del_of_a_pod_that_the_store_knows_succeeds_and_its_address_is_not_used_again()
    {
        var old = _cluster.Get<IpamHandle>(EtcdKeys.Handle("net.old"));
        Assert.That(old, Is.Not.Null);
        _cluster.Store.IsDown = true;
        await _node.DelAsync("old");
        await _node.DelAsync("old");
        Assert.That(Figures, Is.EqualTo((4, 1)));
        await BackAsync();
        Assert.That(Handles(), Is.EqualTo(new[] { "calico-reserve.node-a" }));
        Assert.That(_cluster.Keys(EtcdKeys.Prefix(ResourceKind.WorkloadEndpoint)), Is.Empty);
    }

    [Test]
    public async Task An_empty_reserve_leaves_the_caller_with_the_stores_error()
    {
        _cluster.Store.IsDown = true;
        for (var pod = 0; pod < 4; pod++)
        {
            await _node.AddAsync($"c{pod}");
        }

        Assert.That(() => _node.AddAsync("c4"), Throws.TypeOf<StoreException>());
        Assert.That(() => Ready(), Throws.TypeOf<StoreException>());
        await BackAsync();
    }

    [Test]
    public async Task A_pod_that_names_an_address_is_told_to_try_again()
    {
        _cluster.Store.IsDown = true;
        Assert.That(() => _node.Calls.AssignAsync(Cluster.Add("c1") with { Addresses = [IpAddress.Parse("10.0.0.77")] }, default), Throws.TypeOf<StoreException>());
        Assert.That(() => _node.Calls.AssignAsync(Cluster.Add("c1") with { IPv4Pools = ["another"] }, default), Throws.TypeOf<StoreException>());
        Assert.That(() => _node.Calls.AssignAsync(Cluster.Add("c1") with { Families = [IpFamily.IPv4, IpFamily.IPv6] }, default), Throws.TypeOf<StoreException>(), "both families or none");
        Assert.That((await _node.Calls.AssignAsync(Cluster.Add("c2") with { IPv4Pools = ["pool-0"] }, default)).Addresses, Has.Length.EqualTo(1));
        await BackAsync();
    }

    [Test]
    public async Task Status_is_content_while_the_reserve_has_addresses()
    {
        _cluster.Store.IsDown = true;
        await Ready();
        Assert.That(_node.Status.AwaySince, Is.Not.Null);
    }

    [Test]
    public async Task An_attempt_that_was_committed_and_not_answered_ends_with_what_the_pod_has()
    {
        LoseTheAnswer();
        var given = await _node.AddAsync("c1");
        Assert.That(_cluster.Get<IpamHandle>(EtcdKeys.Handle("net.c1")), Is.Not.Null, "the store has given it another address");
        await BackAsync();
        await CheckInStoreAsync("c1", given);
    }

    [Test]
    public async Task A_store_that_answers_too_late_is_not_waited_for()
    {
        var gate = new TaskCompletionSource();
        _cluster.Store.Gate = (_, token) => gate.Task.WaitAsync(token);
        var given = await _node.With(TimeSpan.FromMilliseconds(50)).AssignAsync(Cluster.Add("c1"), default);
        gate.SetResult();
        await _node.StepAsync();
        await CheckInStoreAsync("c1", given);
    }

    [Test]
    public async Task The_agent_killed_in_the_outage_tells_the_store_what_its_predecessor_did()
    {
        _cluster.Store.IsDown = true;
        var given = await _node.AddAsync("c1");
        await _node.DelAsync("old");
        Crash();
        Assert.That((await _node.AddAsync("c1")).Addresses, Is.EqualTo(given.Addresses));
        Assert.That(() => _node.AddAsync("c2"), Throws.TypeOf<StoreException>(), "not in sync: nobody would bring its policy into the kernel");
        await _node.DelAsync("c3");
        await BackAsync();
        await CheckInStoreAsync("c1", given);
        Assert.That(Handles(), Is.EqualTo(new[] { "calico-reserve.node-a", "net.c1" }));
    }

    [Test]
    public async Task An_address_that_somebody_else_got_is_said_loudly_and_never_given_again()
    {
        _cluster.Store.IsDown = true;
        var given = await _node.AddAsync("c1");
        _cluster.Store.IsDown = false;
        using var operatorsClient = _cluster.Client();
        await operatorsClient.CommitAsync([new Calico.Ipam.Core.Reserve.ReserveRequest(OutageNode.Name, 0)], default);
        await operatorsClient.AssignAsync(Cluster.Add("thief") with { Addresses = given.Addresses }, default);

        await _node.StepAsync();
        Assert.That(_node.Status.Problems.Single(), Does.Contain("c1").And.Contain(given.Addresses[0].ToString()).And.Contain("net.thief").And.Contain("delete that pod"));
        Assert.That(_node.Status.Journal, Is.EqualTo(1));
        await _node.DelAsync("c1");
        await _node.StepAsync();
        Assert.That(Figures, Is.EqualTo((4, 0)));
        Assert.That(_node.Status.Problems, Is.Empty);
        Assert.That(Handles(), Does.Contain("net.thief").And.No.Member("net.c1"));
    }

    [Test]
    public async Task A_pod_that_is_started_anew_in_the_outage_has_one_endpoint_afterwards()
    {
        var (first, second) = (Cluster.Pod("web-0", "s1"), Cluster.Pod("web-0", "s2"));
        _cluster.Store.IsDown = true;
        await _node.Calls.AssignAsync(new AssignRequest(first, OutageNode.Name), default);
        var given = await _node.Calls.AssignAsync(new AssignRequest(second, OutageNode.Name), default);
        await _node.Calls.ReleaseAsync(new ReleaseRequest(first, OutageNode.Name), default);
        await BackAsync();
        Assert.That(Handles(), Is.EqualTo(new[] { "calico-reserve.node-a", "net.old", "net.s2" }));
        using var client = _cluster.Client();
        await client.CheckAsync(new CheckRequest(second, OutageNode.Name, given.Addresses, HasEndpoint: true), default);
    }

    [Test]
    public async Task Gc_ends_what_only_the_journal_knows()
    {
        _cluster.Store.IsDown = true;
        await _node.AddAsync("c1");
        await _node.AddAsync("c2");
        _cluster.Store.IsDown = false;
        await _node.Calls.CollectAsync(new CollectRequest(Cluster.Network, OutageNode.Name, [new Attachment("c1", "eth0"), new Attachment("old", "eth0")]), default);
        await _node.StepAsync();
        Assert.That(Handles(), Is.EqualTo(new[] { "calico-reserve.node-a", "net.c1", "net.old" }));
    }

    [Test]
    public async Task An_address_rests_for_the_cool_down_before_it_is_given_again()
    {
        _cluster.Configure(new IpamConfig { AutoAllocateBlocks = true, IpCooldownSeconds = 60 });
        _node.Recovery.InputsChanged();
        await _node.StepAsync();
        _cluster.Store.IsDown = true;
        for (var pod = 0; pod < 4; pod++)
        {
            await _node.AddAsync($"c{pod}");
            await _node.DelAsync($"c{pod}");
        }

        Assert.That(() => _node.AddAsync("c4"), Throws.TypeOf<StoreException>());
        _cluster.Pass(TimeSpan.FromSeconds(61));
        await _node.AddAsync("c4");
        await BackAsync();
    }

    [Test]
    public async Task With_a_reserve_of_zero_nothing_is_done_without_the_store()
    {
        _node.Dispose();
        _node = new OutageNode(_cluster, _directory, reserve: 0);
        await _node.StepAsync();
        _node.Endpoints.Look();
        Assert.That(Handles(), Is.EqualTo(new[] { "net.old" }), "what another setting had reserved is given back");
        _cluster.Store.IsDown = true;
        Assert.That(() => _node.AddAsync("c1"), Throws.TypeOf<StoreException>());
        Assert.That(() => _node.DelAsync("old"), Throws.TypeOf<StoreException>());
    }

    [Test]
    public async Task A_locked_datastore_is_told_later()
    {
        _cluster.Store.IsDown = true;
        await _node.AddAsync("c1");
        _cluster.Store.IsDown = false;
        _cluster.SetReady(false);
        await _node.StepAsync();
        Assert.That(Figures, Is.EqualTo((3, 1)));
        _cluster.SetReady(true);
        await _node.StepAsync();
        Assert.That(_node.Status.Journal, Is.Zero);
    }

    private (int Reserve, int Journal) Figures => (_node.Status.IPv4, _node.Status.Journal);

    private Task Ready() => _node.Calls.CheckReadyAsync(new ReadyRequest(OutageNode.Name, [IpFamily.IPv4], [], []), default);

    private void LoseTheAnswer()
    {
        _cluster.Store.FailNext(StoreFault.AfterEffect, call => call.Operation == "Txn");
        _cluster.Store.FailNext(StoreFault.BeforeEffect, call => call.Operation == "Txn");
        _cluster.Store.FailNext(StoreFault.BeforeEffect, call => call.Operation == "Txn");
    }

    private void Crash()
    {
        _node.Dispose();
        _node = new OutageNode(_cluster, _directory);
    }

    private async Task BackAsync()
    {
        _cluster.Store.IsDown = false;
        await _node.StepAsync();
        _node.Endpoints.Look();
    }

    private async Task CheckInStoreAsync(string container, Assignment given)
    {
        using var client = _cluster.Client();
        await client.CheckAsync(new CheckRequest(Cluster.Container(container), OutageNode.Name, given.Addresses, HasEndpoint: true), default);
    }

    private IEnumerable<string> Handles() => _cluster.Keys(EtcdKeys.Handles).Select(key => key[EtcdKeys.Handles.Length..]).Order(StringComparer.Ordinal);
}
