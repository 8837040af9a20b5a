using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane;
using Calico.Agent.Dataplane.Conntrack;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Policy.Compiled;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.Dataplane.Conntrack;

internal sealed class FlowCutterTests
{
    private const string Pod = "10.0.0.1";
    private const string Pod6 = "fd00::1";
    private const string Client = "10.0.0.2";
    private const string SetOfClients = "s:clients";
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(300);
    private static readonly PolicyId Policy = new("NetworkPolicy", "shop", "p");
    private static readonly ResourceId Web = new(ResourceKind.WorkloadEndpoint, "shop", "web");

    private static readonly DataplaneMessage[] Start =
    [
        new IpSetUpdate(SetOfClients, IpSetKind.Nets, [Member(Client), Member("fd00::2")]),
        new ActivePolicyUpdate(Policy, [new ActiveRule(RuleAction.Allow) { Source = new ActiveEntity { Set = SetOfClients } }], []),
        Endpoint(Pod, Pod6),
        new InSync(),
    ];

    private FakeConntrack _conntrack = null!;
    private CancellationTokenSource _stop = null!;
    private Task _running = null!;

    [SetUp]
    public void SetUp()
    {
        _conntrack = new FakeConntrack();
        _stop = new CancellationTokenSource();
    }

    [TearDown]
    public async Task TearDown()
    {
        await _stop.CancelAsync();
        Assert.That(async () => await _running, Throws.InstanceOf<OperationCanceledException>());
        _stop.Dispose();
    }

    [Test]
    public void What_policy_denies_since_the_agent_was_away_is_cut_and_the_rest_stays()
    {
        var allowed = _conntrack.Add(Client, Pod, 80);
        var allowed6 = _conntrack.Add("fd00::2", Pod6, 80);
        var translated = _conntrack.Add(Client, "10.96.0.1", 80, Pod);
        var elsewhere = _conntrack.Add("10.0.0.3", "10.0.0.4", 80);
        var fromHost = _conntrack.Add("172.16.0.1", Pod, 80);
        _conntrack.Add("10.0.0.3", Pod, 80);
        _conntrack.Add("10.0.0.3", "10.96.0.1", 80, Pod);
        _conntrack.Add("fd00::3", Pod6, 80);
        var cutter = Run();
        Apply(cutter, Start);

        Assert.That(() => _conntrack.Entries, Is.EqualTo([allowed, allowed6, translated, elsewhere, fromHost]).After(20_000, 10));
    }

    [Test]
    public void A_member_that_leaves_the_set_of_those_allowed_is_cut()
    {
        var cutter = Run();
        Apply(cutter, Start);
        var other = _conntrack.Add("fd00::2", Pod6, 80);
        _conntrack.Add(Client, Pod, 80);
        Apply(cutter, new IpSetDelta(SetOfClients, [], [Member(Client)]));

        Assert.That(() => _conntrack.Entries, Is.EqualTo([other]).After(20_000, 10));
    }

    [Test]
    public async Task A_member_that_joins_them_is_no_reason_to_look()
    {
        var cutter = Run();
        Apply(cutter, Start);
        Assert.That(() => _conntrack.Reads, Is.EqualTo(2).After(20_000, 10));
        Apply(cutter, new IpSetDelta(SetOfClients, [Member("10.0.0.9")], []));
        await Task.Delay(Long);
        Assert.That(_conntrack.Reads, Is.EqualTo(2));
    }

    [Test]
    public async Task Nothing_is_cut_before_the_rules_are_applied()
    {
        _conntrack.Add("10.0.0.3", Pod, 80);
        var cutter = Run();
        cutter.OnMessages(Start);
        await Task.Delay(Long);
        Assert.That(_conntrack.Entries, Has.Count.EqualTo(1));
        cutter.OnApplied();
        Assert.That(() => _conntrack.Entries, Is.Empty.After(20_000, 10));
    }

    [Test]
    public async Task Switched_off_only_what_belongs_to_an_address_that_left_is_deleted()
    {
        var cutter = Run(new DataplaneOptions { CutsDeniedFlows = false });
        Apply(cutter, Start);
        var denied = _conntrack.Add("10.0.0.3", Pod, 80);
        _conntrack.Add("fd00::2", Pod6, 80);
        await Task.Delay(Long);
        Assert.That(_conntrack.Entries, Has.Count.EqualTo(2));
        Apply(cutter, Endpoint(Pod));

        Assert.That(() => _conntrack.Entries, Is.EqualTo([denied]).After(20_000, 10));
    }

    [Test]
    public void What_belongs_to_an_endpoint_that_left_goes_with_it()
    {
        var cutter = Run();
        Apply(cutter, Start);
        var elsewhere = _conntrack.Add(Client, "10.0.0.4", 80);
        _conntrack.Add(Client, Pod, 80);
        _conntrack.Add(Pod, Client, 80);
        _conntrack.Add(Client, "10.96.0.1", 80, Pod);
        Apply(cutter, new WorkloadEndpointRemove(Web));

        Assert.That(() => _conntrack.Entries, Is.EqualTo([elsewhere]).After(20_000, 10));
    }

    [Test]
    public void An_address_that_came_back_keeps_what_its_new_owner_allows()
    {
        var cutter = Run();
        cutter.OnMessages(Start);
        var allowed = _conntrack.Add(Client, Pod, 80);
        _conntrack.Add("10.0.0.3", Pod, 80);
        cutter.OnMessages([new WorkloadEndpointRemove(Web)]);
        cutter.OnMessages([Endpoint(Pod, Pod6)]);
        cutter.OnApplied();

        Assert.That(() => _conntrack.Entries, Is.EqualTo([allowed]).After(20_000, 10));
    }

    [Test]
    public async Task A_kernel_that_cannot_tell_is_no_reason_to_end()
    {
        _conntrack.IsBroken = true;
        var cutter = Run();
        Apply(cutter, Start);
        Assert.That(() => _conntrack.Reads, Is.EqualTo(1).After(20_000, 10));
        await Task.Delay(Long);
        Assert.That(_running.IsCompleted, Is.False);
    }

    private FlowCutter Run(DataplaneOptions? options = null)
    {
        var cutter = new FlowCutter(_conntrack, options ?? new DataplaneOptions(), NullLogger.Instance, TimeProvider.System);
        _running = cutter.RunAsync(_stop.Token);
        return cutter;
    }

    private static void Apply(FlowCutter cutter, params DataplaneMessage[] messages)
    {
        cutter.OnMessages(messages);
        cutter.OnApplied();
    }

    private static WorkloadEndpointUpdate Endpoint(params string[] addresses) => new(Web, "cali1")
    {
        Networks = [.. addresses.Select(Cidr.Parse)],
        Tiers = [new EndpointTier("default", false, [Policy], [])],
    };

    private static IpSetMember Member(string net) => new(Cidr.Parse(net));
}
