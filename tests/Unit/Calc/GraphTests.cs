using Calico.Agent.Calc;
using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Messages;
using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Compiled;
using static Calico.Tests.Unit.Policy.Objects;

namespace Calico.Tests.Unit.Calc;

/// <summary>Single steps, as a reader of the design page would try them: web is on this node, everything else is elsewhere.</summary>
internal sealed class GraphTests
{
    private CalculationGraph _graph = null!;

    [SetUp]
    public void LocalPodWithItsProfile()
    {
        _graph = new CalculationGraph("n1");
        Update(Local());
        Update(AllowingProfile("kns.shop", ("pcns.team", "red")), ResourceKind.Profile);
        _graph.OnInSync();
        Assert.That(_graph.Flush()[^1], Is.EqualTo(new InSync()));
    }

    [Test]
    public void A_policy_for_no_endpoint_here_makes_no_message()
    {
        Update(AllowFrom("app == 'db'", selector: "app == 'elsewhere'"));
        Assert.That(_graph.Flush(), Is.Empty);
    }

    [Test]
    public void A_policy_for_an_endpoint_here_comes_after_its_set_and_before_the_endpoint()
    {
        Update(Pod("shop", "db", "n2", ["app=db"], Db));
        Update(AllowFrom("app == 'db'"));
        var messages = _graph.Flush();
        Assert.That(
            messages.Select(message => message.GetType()),
            Is.EqualTo([typeof(IpSetUpdate), typeof(ActivePolicyUpdate), typeof(WorkloadEndpointUpdate)]));
        Assert.That(((IpSetUpdate)messages[0]).Members, Is.EqualTo([Member(Db)]));
        Assert.That(((ActivePolicyUpdate)messages[1]).Ingress[0].Source.Set, Is.EqualTo(((IpSetUpdate)messages[0]).Id));
    }

    [Test]
    public void A_remote_endpoint_that_joins_a_set_is_one_added_member_and_nothing_else()
    {
        Update(AllowFrom("app == 'db'"));
        var set = _graph.Flush().OfType<IpSetUpdate>().Single();
        Update(Pod("shop", "db", "n2", ["app=db"], Db));
        Assert.That(_graph.Flush(), Is.EqualTo([new IpSetDelta(set.Id, [Member(Db)], [])]));
    }

    [Test]
    public void An_address_that_two_endpoints_have_leaves_with_the_second()
    {
        Update(Pod("shop", "db", "n2", ["app=db"], Db));
        Update(Pod("shop", "db2", "n3", ["app=db"], Db));
        Update(AllowFrom("app == 'db'"));
        var set = _graph.Flush().OfType<IpSetUpdate>().Single();
        Delete("db");
        Assert.That(_graph.Flush(), Is.Empty);
        Delete("db2");
        Assert.That(_graph.Flush(), Is.EqualTo([new IpSetDelta(set.Id, [], [Member(Db)])]));
    }

    [Test]
    public void A_change_that_is_taken_back_before_the_flush_makes_no_message()
    {
        Update(Pod("shop", "db", "n2", ["app=db"], Db));
        Update(AllowFrom("app == 'db'"));
        _graph.Flush();
        Delete("db");
        _graph.OnUpdate(new ResourceDeleted(PolicyKey));
        Update(AllowFrom("app == 'db'"));
        Update(Pod("shop", "db", "n2", ["app=db"], Db));
        Assert.That(_graph.Flush(), Is.Empty);
    }

    [Test]
    public void A_label_of_a_profile_reaches_the_sets()
    {
        Update(Pod("shop", "db", "n2", ["app=db"], Db));
        Update(AllowFrom(null, namespaces: "team == 'blue'"));
        var set = _graph.Flush().OfType<IpSetUpdate>().Single();
        Assert.That(set.Members, Is.Empty);
        Update(AllowingProfile("kns.shop", ("pcns.team", "blue")), ResourceKind.Profile);
        var delta = (IpSetDelta)_graph.Flush().Single();
        Assert.That(delta.Added, Is.EquivalentTo(new[] { Member(Web), Member(Db) }));
    }

    [Test]
    public void An_order_that_changes_is_told_to_the_endpoint_alone()
    {
        Update(AllowFrom("app == 'db'"));
        Update(AllowFrom("app == 'db'", name: "q"));
        _graph.Flush();
        Update(AllowFrom("app == 'db'", name: "q", order: 1));
        var update = (WorkloadEndpointUpdate)_graph.Flush().Single();
        Assert.That(update.Tiers.Single().Ingress.Select(policy => policy.Name), Is.EqualTo(["q", "p"]));
    }

    [Test]
    public void A_policy_that_cannot_be_read_denies_in_its_namespace()
    {
        _graph.OnUpdate(new ResourceUnreadable(PolicyKey, "no JSON"));
        var policy = _graph.Flush().OfType<ActivePolicyUpdate>().Single();
        Assert.That((policy.Ingress.Single().Action, policy.Egress.Single().Action), Is.EqualTo((RuleAction.Deny, RuleAction.Deny)));
    }

    [Test]
    public void The_default_allow_profile_comes_with_its_first_user_and_nothing_stored_changes_it()
    {
        const string Name = "projectcalico-default-allow";
        Update(Host("h", "n1", "*", Name), ResourceKind.HostEndpoint);
        var messages = _graph.Flush();
        Assert.That(messages.OfType<ActiveProfileUpdate>().Single().Ingress.Single().Action, Is.EqualTo(RuleAction.Allow));
        Assert.That(messages.OfType<HostEndpointUpdate>().Single().Profiles, Is.EqualTo([Name]));
        _graph.OnUpdate(new ResourceUnreadable(new ResourceId(ResourceKind.Profile, "", Name), "no JSON"));
        _graph.Flush();
        _graph.OnUpdate(new ResourceDeleted(new ResourceId(ResourceKind.Profile, "", Name)));
        Assert.That(_graph.Flush().Where(message => message is not ObjectProblems), Is.Empty);
    }

    [TestCase("eth0", "eth0", true)]
    [TestCase("eth0", "eth1", false)]
    [TestCase("*", "eth1", true)]
    [TestCase("", "eth1", true)]
    [TestCase("", "eth2", false)]
    public void A_host_endpoint_is_for_an_interface_by_name_or_without_one_by_expected_address(string named, string actual, bool matches)
    {
        var host = new HostEndpointUpdate(PolicyKey, named) { ExpectedIPs = [IpAddress.Parse(Node1)] };
        Assert.That(host.IsFor(actual, actual == "eth1" ? [IpAddress.Parse(Node1)] : []), Is.EqualTo(matches));
    }

    [Test]
    public void Messages_compare_by_content() =>
        Assert.That(
            new WorkloadEndpointUpdate(PolicyKey, "cali1") { Networks = [Cidr.Parse("10.0.0.1/32")] },
            Is.EqualTo(new WorkloadEndpointUpdate(PolicyKey, "cali1") { Networks = [Cidr.Parse("10.0.0.1/32")] })
                .And.Not.EqualTo(new WorkloadEndpointUpdate(PolicyKey, "cali1") { Networks = [Cidr.Parse("10.0.0.2/32")] }));

    [Test]
    public void Keys_and_values_of_the_datastore_become_updates()
    {
        const string Key = "/calico/resources/v3/projectcalico.org/networkpolicies/shop/p";
        Assert.That(StoreUpdateReader.Updated(Key, "{}"u8), Is.TypeOf<ResourceUnreadable>());
        var update = (ResourceUpdated<NetworkPolicySpec>)StoreUpdateReader.Updated(Key, """{"kind":"NetworkPolicy","metadata":{"name":"p"},"spec":{"order":3}}"""u8)!;
        Assert.That((update.Id, update.Value.Spec.Order), Is.EqualTo((PolicyKey, 3)));
        Assert.That(StoreUpdateReader.Updated(Key, """{"kind":"NetworkPolicy","metadata":null,"spec":{}}"""u8), Is.TypeOf<ResourceUnreadable>());
        Assert.That(StoreUpdateReader.Updated(Key, new byte[2_000_000]), Is.TypeOf<ResourceUnreadable>());
        Assert.That(StoreUpdateReader.Deleted(Key), Is.EqualTo(new ResourceDeleted(PolicyKey)));
        Assert.That(StoreUpdateReader.Deleted("/calico/ipam/v2/config"), Is.Null);
    }

    private static ResourceId PolicyKey => new(ResourceKind.NetworkPolicy, "shop", "p");

    private static IpSetMember Member(string address) => new(Cidr.Parse(address));

    private static Resource<WorkloadEndpointSpec> Local()
    {
        var pod = Pod("shop", "web", "n1", ["app=web"], Web);
        return pod with { Spec = pod.Spec with { InterfaceName = "cali1" } };
    }

    private static Resource<NetworkPolicySpec> AllowFrom(
        string? peers, string? namespaces = null, string selector = "app == 'web'", string name = "p", double? order = null) =>
        NetworkPolicy(name, new() { Selector = selector, Order = order, Ingress = [Allow(from: new() { Selector = peers, NamespaceSelector = namespaces })] });

    private void Delete(string pod) => _graph.OnUpdate(new ResourceDeleted(new ResourceId(ResourceKind.WorkloadEndpoint, "shop", pod)));

    private void Update(Resource<WorkloadEndpointSpec> pod) => Update(pod, ResourceKind.WorkloadEndpoint);

    private void Update(Resource<NetworkPolicySpec> policy) => Update(policy, ResourceKind.NetworkPolicy);

    private void Update<TSpec>(Resource<TSpec> resource, ResourceKind kind)
        where TSpec : class, new() =>
        _graph.OnUpdate(new ResourceUpdated<TSpec>(new ResourceId(kind, resource.Metadata.Namespace ?? "", resource.Metadata.Name), resource));
}
