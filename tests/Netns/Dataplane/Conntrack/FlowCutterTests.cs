using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane;
using Calico.Agent.Dataplane.Conntrack;
using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Compiled;
using Calico.Tests.Rig.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Netns.Dataplane.Conntrack;

/// <summary>Streams through a node while policy is tightened; the rules are loaded by hand, as the loop would have before.</summary>
internal sealed class FlowCutterTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);
    private static readonly PolicyId Policy = new("NetworkPolicy", "shop", "p");
    private static readonly ResourceId ServerId = new(ResourceKind.WorkloadEndpoint, "shop", "server");

    private TrackedNetwork _network = null!;
    private FlowCutter _cutter = null!;
    private CancellationTokenSource _stop = null!;
    private Task _running = null!;

    [SetUp]
    public async Task SetUp()
    {
        _network = await TrackedNetwork.CreateAsync();
        _stop = new CancellationTokenSource();
        _cutter = new FlowCutter(_network.Conntrack, new DataplaneOptions(), NullLogger.Instance, TimeProvider.System);
        _running = _cutter.RunAsync(_stop.Token);
        Apply(
            new ActivePolicyUpdate(Policy, [Allow(80), Allow(81), Allow(82)], []),
            new WorkloadEndpointUpdate(ServerId, "cali2")
            {
                Networks = [Cidr.Parse(TrackedNetwork.Server4), Cidr.Parse(TrackedNetwork.Server6)],
                Tiers = [new EndpointTier("default", false, [Policy], [])],
            },
            new InSync());
    }

    [TearDown]
    public async Task TearDown()
    {
        await _stop.CancelAsync();
        Assert.That(async () => await _running, Throws.InstanceOf<OperationCanceledException>());
        _stop.Dispose();
        await _network.DisposeAsync();
    }

    [TestCase(TrackedNetwork.Server4)]
    [TestCase(TrackedNetwork.Server6)]
    public async Task A_stream_that_policy_denies_is_cut_in_both_directions_and_another_stays(string server)
    {
        using var denied = _network.Stream(server, 80);
        using var answered = _network.Stream(server, 82);
        using var allowed = _network.Stream(server, 81);
        Assert.That(await denied.AsksAsync() && await denied.AnswersAsync() && await allowed.AsksAsync(), Is.True);

        await _network.LoadAsync($"-A FORWARD -p tcp -m multiport --dports 80,82 -j DROP");
        Assert.That(await denied.AsksAsync(), Is.True, "an established connection goes on until it is cut");
        Apply(new ActivePolicyUpdate(Policy, [Allow(81)], []));
        await Wait.UntilAsync(() => _network.Entries().All(entry => entry.Original.DestinationPort == 81 || entry.Original.Protocol != 6), Deadline, "the cut");

        Assert.That(await denied.AsksAsync(), Is.False);
        Assert.That(await answered.AnswersAsync(), Is.False, "what the server sends on must not bring the connection back");
        Assert.That(await allowed.AsksAsync() && await allowed.AnswersAsync(), Is.True);
    }

    [Test]
    public async Task What_belongs_to_an_endpoint_that_left_is_deleted()
    {
        using var stream = _network.Stream(TrackedNetwork.Server4, 80);
        Assert.That(await stream.AsksAsync(), Is.True);
        Apply(new WorkloadEndpointRemove(ServerId));
        await Wait.UntilAsync(() => _network.Entries().All(entry => entry.Original.Protocol != 6), Deadline, "the deletion");
    }

    private void Apply(params DataplaneMessage[] messages)
    {
        _cutter.OnMessages(messages);
        _cutter.OnApplied();
    }

    private static ActiveRule Allow(int port) =>
        new(RuleAction.Allow) { Protocol = 6, Destination = new ActiveEntity { Ports = [PolicyPort.Single(port)] } };
}
