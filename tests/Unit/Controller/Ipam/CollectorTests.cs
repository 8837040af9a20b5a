using Calico.Controller.Ipam;
using Calico.Ipam.Core.Collection;
using Calico.Model;
using Calico.Model.Identity;
using Calico.Model.Ipam;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Tests.Unit.Ipam;

namespace Calico.Tests.Unit.Controller.Ipam;

internal sealed class CollectorTests
{
    private CollectorWorld _world = null!;

    [SetUp]
    public void MakeWorld() => _world = new CollectorWorld("node-a", "node-b");

    [Test]
    public async Task A_running_pod_keeps_its_address()
    {
        var address = await _world.PlugAsync("web", "c1", "node-a");
        _world.AddPod("web", "node-a", address.ToString());
        await _world.CollectAsync();
        Assert.That(_world.IsAllocated(address));
        Assert.That(_world.Last!.Candidates, Is.Empty);
    }

    [Test]
    public async Task A_leaked_address_comes_back_with_handle_and_endpoint()
    {
        var address = await _world.PlugAsync("web", "c1", "node-a");
        _world.Crash("web", "c1");
        await _world.CollectAsync();
        Assert.That(_world.Reclaims.Single().Leak.Reason, Is.EqualTo(LeakReason.PodGone));
        Assert.That(_world.Reclaims.Single().Freed, Is.EqualTo(new[] { address }));
        Assert.That(_world.Cluster.Keys(EtcdKeys.Handles), Is.Empty);
        Assert.That(_world.Cluster.Keys(EtcdKeys.Prefix(ResourceKind.WorkloadEndpoint)), Is.Empty);
        Assert.That(_world.Cluster.Keys(EtcdKeys.Inquiries), Is.Empty);
        Assert.That(StoreInvariants.Violation(_world.Cluster.Store.Contents()), Is.Null);
    }

    [Test]
    public async Task The_node_vetoes_what_it_still_uses()
    {
        var address = await _world.PlugAsync("web", "c1", "node-a");
        await _world.CollectAsync();
        await _world.CollectAsync();
        Assert.That(_world.IsAllocated(address));
        Assert.That(_world.Last!.Vetoes.Single().Evidence, Is.EqualTo("cali0 is there"));
    }

    [Test]
    public async Task Nothing_is_taken_from_a_node_that_does_not_answer()
    {
        var address = await _world.PlugAsync("web", "c1", "node-a");
        _world.Crash("web", "c1");
        for (var look = 0; look < 5; look++)
        {
            await _world.LookAsync();
            _world.Cluster.Pass(CollectorWorld.Options.Grace);
        }

        Assert.That(_world.IsAllocated(address));
        Assert.That(_world.Last!.Candidates.Single().Holding.Pod, Is.EqualTo("web"));
    }

    [Test]
    public async Task A_clock_that_is_set_back_costs_one_more_grace_period()
    {
        var address = await LeakThatItsNodeDoesNotKnowAsync();
        _world.Cluster.Pass(TimeSpan.FromHours(-4));
        await _world.LookAsync();
        Assert.That(_world.IsAllocated(address), "what was seen and answered in the future counts no more");
        await _world.CollectAsync();
        Assert.That(_world.IsAllocated(address), Is.False);
    }

    [Test]
    public async Task Nothing_is_taken_within_the_grace_period()
    {
        var address = await _world.PlugAsync("web", "c1", "node-a");
        _world.Crash("web", "c1");
        await _world.LookAsync();
        _world.Cluster.Pass(CollectorWorld.Options.Grace - TimeSpan.FromSeconds(1));
        await _world.LookAsync();
        await _world.AnswerAsync();
        await _world.LookAsync();
        Assert.That(_world.IsAllocated(address));
        Assert.That(_world.Cluster.Keys(EtcdKeys.Inquiries), Is.Empty);
    }

    [Test]
    public async Task One_look_is_not_enough_however_long_ago()
    {
        await _world.PlugAsync("web", "c1", "node-a");
        _world.Crash("web", "c1");
        await _world.LookAsync();
        Assert.That(_world.Last!.Questions, Is.Empty);
    }

    [Test]
    public async Task What_was_on_a_node_that_left_comes_back_at_once_with_its_blocks()
    {
        await _world.PlugAsync("web", "c1", "node-a");
        var kept = await _world.PlugAsync("db", "c2", "node-b");
        _world.AddPod("db", "node-b", kept.ToString());
        _world.Nodes.Remove("node-a");
        await _world.LookAsync();
        Assert.That(_world.Reclaims.Single().Leak.Reason, Is.EqualTo(LeakReason.NodeGone));
        Assert.That(_world.Cluster.Keys(EtcdKeys.AffinitiesOf("node-a")), Is.Empty);
        Assert.That(_world.Cluster.Keys(EtcdKeys.Blocks).Count(), Is.EqualTo(1));
        Assert.That(_world.IsAllocated(kept));
    }

    [Test]
    public async Task A_node_that_is_back_at_the_last_look_loses_nothing()
    {
        var address = await _world.PlugAsync("web", "c1", "node-a");
        _world.Nodes.Remove("node-a");
        var collector = new Collector(_world.Cluster.Store, _world.Ipam, new LateNode(_world), _world, CollectorWorld.Options, _world.Cluster);
        await collector.LookAsync(CancellationToken.None);
        Assert.That(_world.IsAllocated(address));
        Assert.That(_world.Refusals, Is.EqualTo(new[] { "Kubernetes has it again" }));
    }

    [Test]
    public async Task A_plain_host_is_not_missed_by_Kubernetes()
    {
        _world.Nodes.Remove("node-a");
        _world.Cluster.Put(EtcdKeys.Resource(ResourceKind.Node, "node-a"), new Resource<NodeSpec> { Kind = "Node", Metadata = new ObjectMeta { Name = "node-a" } });
        var address = await _world.PlugAsync("web", "c1", "node-a");
        await _world.LookAsync();
        Assert.That(_world.IsAllocated(address));
    }

    [Test]
    public async Task Containers_outside_of_Kubernetes_are_none_of_its_business()
    {
        var given = await _world.Ipam.AssignAsync(Cluster.Add("plain"), CancellationToken.None);
        await _world.CollectAsync();
        Assert.That(_world.IsAllocated(given.Addresses[0]));
        Assert.That(_world.Last!.Candidates, Is.Empty);
    }

    [Test]
    public async Task The_former_container_of_a_pod_that_was_made_again_loses_its_address()
    {
        var former = await _world.PlugAsync("web", "c1", "node-a");
        _world.Crash("web", "c1");
        var current = await _world.PlugAsync("web", "c2", "node-a");
        _world.AddPod("web", "node-a", current.ToString());
        await _world.CollectAsync();
        Assert.That(_world.Reclaims.Single().Leak.Reason, Is.EqualTo(LeakReason.PodReplaced));
        Assert.That(_world.IsAllocated(former), Is.False);
        Assert.That(_world.IsAllocated(current));
        Assert.That(_world.Cluster.Keys(EtcdKeys.Prefix(ResourceKind.WorkloadEndpoint)).Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_second_interface_is_no_leak_although_the_pod_does_not_report_it()
    {
        var address = await _world.PlugAsync("web", "c1", "node-a");
        var second = await _world.Ipam.AssignAsync(new(new WorkloadIdentity("k8s", "shop", "web", "c1", "net1", "other"), "node-a"), CancellationToken.None);
        _world.AddPod("web", "node-a", address.ToString());
        await _world.CollectAsync();
        Assert.That(_world.Last!.Candidates, Is.Empty);
        Assert.That(_world.IsAllocated(second.Addresses[0]));
    }

    [Test]
    public async Task A_handle_without_addresses_goes()
    {
        _world.Cluster.Put(EtcdKeys.Handle("net.dead"), new IpamHandle { Block = new() { ["10.0.0.0/29"] = 1 } });
        await _world.CollectAsync();
        Assert.That(_world.Cluster.Keys(EtcdKeys.Handles), Is.Empty);
    }

    [Test]
    public async Task An_answer_to_an_earlier_question_counts_for_nothing()
    {
        var address = await LeakThatItsNodeDoesNotKnowAsync();
        _world.Cluster.Pass(CollectorWorld.Options.Grace);
        await _world.LookAsync();
        Assert.That(_world.IsAllocated(address), "the answer is a grace period old");
        await _world.AnswerAsync();
        await _world.LookAsync();
        Assert.That(_world.IsAllocated(address), Is.False);
    }

    [Test]
    public async Task Spare_blocks_go_and_each_node_keeps_one()
    {
        for (var i = 0; i < 20; i++)
        {
            await _world.PlugAsync($"p{i}", $"c{i}", "node-a");
        }

        for (var i = 0; i < 20; i++)
        {
            await _world.Ipam.ReleaseAsync(new(Cluster.Pod($"p{i}", $"c{i}"), "node-a"), CancellationToken.None);
        }

        Assert.That(_world.Cluster.Keys(EtcdKeys.Blocks).Count(), Is.EqualTo(3));
        await _world.CollectAsync();
        Assert.That(_world.Cluster.Keys(EtcdKeys.Blocks).Count(), Is.EqualTo(1));
        Assert.That(StoreInvariants.Violation(_world.Cluster.Store.Contents()), Is.Null);
    }

    [Test]
    public async Task A_locked_datastore_is_left_alone()
    {
        var address = await _world.PlugAsync("web", "c1", "node-a");
        _world.Nodes.Remove("node-a");
        _world.Cluster.SetReady(false);
        await _world.LookAsync();
        Assert.That(_world.IsAllocated(address));
        Assert.That(_world.Refusals, Is.Not.Empty);
    }

    /// <summary>Lists no node-a, but has it when asked for it.</summary>
    private sealed class LateNode(CollectorWorld world) : IClusterReader
    {
        public Task<ClusterFacts> ReadAsync(CancellationToken cancellationToken) => world.ReadAsync(cancellationToken);

        public Task<PodFact?> FindPodAsync(string @namespace, string name, CancellationToken cancellationToken) => world.FindPodAsync(@namespace, name, cancellationToken);

        public Task<bool> HasNodeAsync(string name, CancellationToken cancellationToken) => Task.FromResult(true);
    }

    /// <summary>Seen for a grace period, asked about, and answered: the next look takes it back.</summary>
    private async Task<IpAddress> LeakThatItsNodeDoesNotKnowAsync()
    {
        var address = await _world.PlugAsync("web", "c1", "node-a");
        _world.Crash("web", "c1");
        await _world.LookAsync();
        _world.Cluster.Pass(CollectorWorld.Options.Grace);
        await _world.LookAsync();
        await _world.AnswerAsync();
        return address;
    }
}
