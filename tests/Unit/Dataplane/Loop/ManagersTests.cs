using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane;
using Calico.Agent.Dataplane.Iptables;
using Calico.Agent.Dataplane.Managers;
using Calico.Agent.Dataplane.Rules;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Policy.Compiled;

namespace Calico.Tests.Unit.Dataplane.Loop;

internal sealed class ManagersTests
{
    private readonly RecordedKernel.Tables _tables = new(new RecordedKernel(), "IPv4");
    private Dictionary<string, IReadOnlyCollection<IpAddress>> _interfaces = [];
    private DataplaneManagers _managers = null!;

    private IEnumerable<string> FilterChains => _tables.Chains.Keys.Where(key => key.Table == IptablesTable.Filter).Select(key => key.Name);

    [SetUp]
    public void Start()
    {
        _tables.Chains.Clear();
        _interfaces = [];
        var family = new FamilyTables(IpFamily.IPv4, new RuleRenderer(new DataplaneOptions(), IpFamily.IPv4, ProtocolNames.BuiltIn), _tables);
        _managers = new DataplaneManagers(IptablesBackend.Nft, new RecordedKernel.Sets(new RecordedKernel()), [family], () => _interfaces, _ => Task.CompletedTask);
    }

    [Test]
    public void Every_chain_that_is_jumped_to_is_there_from_the_start()
    {
        Give();
        foreach (var ((table, name), chain) in _tables.Chains)
        {
            foreach (var target in chain.Rules.Select(TargetOf).OfType<string>())
            {
                Assert.That(_tables.Chains, Contains.Key((table, target)), $"{name} leads to {target}");
            }
        }
    }

    [Test]
    public void A_workload_that_goes_takes_its_chains_along()
    {
        Give();
        var before = _tables.Chains.ToDictionary();
        Give(Workload("web", "cali1"), Workload("db", "cali2"));
        Assert.That(FilterChains, Does.Contain("cali-tw-cali1").And.Contain("cali-fw-cali2"));
        Give(new WorkloadEndpointRemove(Id("web")), new WorkloadEndpointRemove(Id("db")));
        Assert.That(_tables.Chains, Is.EquivalentTo(before));
    }

    [Test]
    public void A_workload_that_loses_its_address_of_the_family_loses_its_chains()
    {
        Give();
        var before = _tables.Chains.ToDictionary();
        Give(Workload("web", "cali1") with { Networks = [Cidr.Parse("10.0.0.1/32"), Cidr.Parse("fd00::1/128")] });
        Assert.That(FilterChains, Does.Contain("cali-tw-cali1"));
        Give(Workload("web", "cali1") with { Networks = [Cidr.Parse("fd00::1/128")] });
        Assert.That(_tables.Chains, Is.EquivalentTo(before));
    }

    [Test]
    public void An_interface_that_changes_hands_keeps_its_chains()
    {
        Give(Workload("old", "cali1"));
        Give(new WorkloadEndpointRemove(Id("old")), Workload("new", "cali1"));
        Assert.That(FilterChains, Does.Contain("cali-tw-cali1"));
    }

    [Test]
    public void Of_two_workloads_with_one_interface_the_smaller_name_counts_whatever_came_first()
    {
        Give(Workload("b", "cali1") with { Profiles = ["of-b"] }, Workload("a", "cali1") with { Profiles = ["of-a"] });
        Assert.That(RulesOf("cali-tw-cali1"), Has.Some.Contains("of-a").And.None.Contains("of-b"));
        Give(new WorkloadEndpointRemove(Id("a")));
        Assert.That(RulesOf("cali-tw-cali1"), Has.Some.Contains("of-b"));
    }

    [Test]
    public void A_policy_comes_into_a_further_table_with_the_host_endpoint_that_needs_it_there()
    {
        var policy = new PolicyId("GlobalNetworkPolicy", "", "default.p");
        Give(new ActivePolicyUpdate(policy, [new ActiveRule(RuleAction.Allow)], []));
        Assert.That(_tables.Chains.Keys.Count(key => key.Table == IptablesTable.Raw && key.Name.StartsWith("cali-pi-", StringComparison.Ordinal)), Is.Zero);

        var host = new HostEndpointUpdate(new ResourceId(ResourceKind.HostEndpoint, "", "h"), "eth0") { Untracked = [new EndpointTier("default", false, [policy], [])] };
        Give(host);
        Assert.That(_tables.Chains.Keys.Count(key => key.Table == IptablesTable.Raw && key.Name.StartsWith("cali-pi-", StringComparison.Ordinal)), Is.EqualTo(1));

        Give(new HostEndpointRemove(host.Id));
        Assert.That(_tables.Chains.Keys.Count(key => key.Table == IptablesTable.Raw && key.Name.StartsWith("cali-pi-", StringComparison.Ordinal)), Is.Zero);
    }

    [Test]
    public void A_host_endpoint_follows_its_address_to_another_interface()
    {
        var address = IpAddress.Parse("10.9.0.1");
        _interfaces = new() { ["eth0"] = [address], ["eth1"] = [] };
        Give(new HostEndpointUpdate(new ResourceId(ResourceKind.HostEndpoint, "", "h"), "") { ExpectedIPs = [address] });
        Assert.That(FilterChains, Does.Contain("cali-fh-eth0").And.Not.Contain("cali-fh-eth1"));

        _interfaces = new() { ["eth0"] = [], ["eth1"] = [address] };
        Give();
        Assert.That(FilterChains, Does.Contain("cali-fh-eth1").And.Not.Contain("cali-fh-eth0"));
    }

    private static ResourceId Id(string name) => new(ResourceKind.WorkloadEndpoint, "default", name);

    private static WorkloadEndpointUpdate Workload(string name, string interfaceName) => new(Id(name), interfaceName) { Networks = [Cidr.Parse("10.0.0.1/32")] };

    private ValueArray<string> RulesOf(string chain) => _tables.Chains[(IptablesTable.Filter, chain)].Rules;

    private static string? TargetOf(string rule)
    {
        var words = rule.Split(' ');
        return words.Zip(words.Skip(1)).FirstOrDefault(pair => pair.First is "-j" or "-g" && pair.Second.StartsWith("cali-", StringComparison.Ordinal)).Second;
    }

    private void Give(params DataplaneMessage[] messages)
    {
        foreach (var message in messages)
        {
            _managers.OnMessage(message);
        }

        _managers.Complete();
    }
}
