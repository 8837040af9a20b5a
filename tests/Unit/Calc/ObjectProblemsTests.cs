using Calico.Agent.Calc;
using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Messages;
using Calico.Model.Policy;
using Calico.Model.Resources;
using static Calico.Tests.Unit.Policy.Objects;

namespace Calico.Tests.Unit.Calc;

/// <summary>What is wrong with an object is said once, with its name, and taken back once.</summary>
internal sealed class ObjectProblemsTests
{
    private static readonly ResourceId GlobalId = new(ResourceKind.GlobalNetworkPolicy, "", "a");

    private CalculationGraph _graph = null!;

    [SetUp]
    public void LocalPod()
    {
        _graph = new CalculationGraph("n1");
        var pod = Pod("shop", "web", "n1", ["app=web"], Web);
        Update(pod with { Spec = pod.Spec with { InterfaceName = "cali1" } }, ResourceKind.WorkloadEndpoint);
        _graph.Flush();
    }

    [Test]
    public void A_global_policy_whose_selector_cannot_be_read_is_named_and_denies_nobody()
    {
        Update(Global("a", new() { Selector = "app ==", Ingress = [Allow()] }), ResourceKind.GlobalNetworkPolicy);
        var problems = (ObjectProblems)_graph.Flush().Single();
        Assert.That(problems.Id, Is.EqualTo(GlobalId));
        Assert.That(problems.Problems, Has.Some.StartsWith("spec.selector: ").And.Some.Contains("NOT ENFORCED"));
    }

    [Test]
    public void A_global_policy_whose_value_cannot_be_read_is_named_and_denies_nobody()
    {
        _graph.OnUpdate(new ResourceUnreadable(GlobalId, "no JSON"));
        Assert.That(((ObjectProblems)_graph.Flush().Single()).Problems, Has.Some.EqualTo("no JSON").And.Some.Contains("NOT ENFORCED"));
    }

    [Test]
    public void A_global_policy_with_a_wrong_rule_denies_what_it_selects()
    {
        Update(Global("a", new() { Selector = "app == 'web'", Ingress = [Allow(new() { Nets = ["10.0.0.300/8"] })] }), ResourceKind.GlobalNetworkPolicy);
        var messages = _graph.Flush();
        Assert.That(messages.OfType<ObjectProblems>().Single().Problems.Single(), Does.StartWith("spec.ingress[0].source.nets[0]: "));
        Assert.That(messages.OfType<WorkloadEndpointUpdate>().Single().Tiers, Has.Count.EqualTo(1));
    }

    [Test]
    public void Problems_are_said_once_and_taken_back_once()
    {
        var wrong = NetworkPolicy("p", new() { Selector = "app ==" });
        Update(wrong, ResourceKind.NetworkPolicy);
        Assert.That(Problems(), Has.Count.EqualTo(1));
        Update(wrong, ResourceKind.NetworkPolicy);
        Assert.That(Problems(), Is.Empty);
        Update(NetworkPolicy("p", new() { Selector = "app == 'web'" }), ResourceKind.NetworkPolicy);
        Assert.That(Problems().Single().Problems, Is.Empty);
        Update(wrong, ResourceKind.NetworkPolicy);
        Assert.That(Problems().Single().Problems, Is.Not.Empty);
        _graph.OnUpdate(new ResourceDeleted(new ResourceId(ResourceKind.NetworkPolicy, "shop", "p")));
        Assert.That(Problems().Single().Problems, Is.Empty);
    }

    [Test]
    public void Every_kind_says_what_it_cannot_use()
    {
        Update(Profile("kns.lab", ingress: """{"action":"Alow"}"""), ResourceKind.Profile);
        Update(Profile("projectcalico-default-allow"), ResourceKind.Profile);
        Update(Tier("t", 1, "Accept"), ResourceKind.Tier);
        Update(NetworkSet("s", null, "a=b", "10.0.0.0/8", "nonsense"), ResourceKind.GlobalNetworkSet);
        Update(Host("h", "n2", "eth0") with { Spec = new() { Node = "n2", ExpectedIPs = ["10.0.0.300"] } }, ResourceKind.HostEndpoint);
        Update(new Resource<IpPoolSpec> { Kind = "IPPool", Metadata = new() { Name = "pool" }, Spec = new() { Cidr = "?" } }, ResourceKind.IpPool);
        Update(Pod("shop", "nameless", "n1", [], Db), ResourceKind.WorkloadEndpoint);
        Assert.That(Problems().Select(one => one.Id.ToString()), Is.EquivalentTo(
        [
            "Profile kns.lab", "Profile projectcalico-default-allow", "Tier t", "GlobalNetworkSet s", "HostEndpoint h", "IPPool pool", "WorkloadEndpoint shop/nameless",
        ]));
    }

    [Test]
    public void An_absurd_object_is_described_in_few_lines()
    {
        var rules = Enumerable.Repeat(new PolicyRule { Action = new string('\n', 5_000) }, 1_000);
        Update(NetworkPolicy("p", new() { Ingress = [.. rules] }), ResourceKind.NetworkPolicy);
        var problems = Problems().Single().Problems;
        Assert.That(problems, Has.Count.LessThan(20));
        Assert.That(problems, Has.All.Length.LessThan(1_000).And.All.Not.Contains("\n"));
    }

    private List<ObjectProblems> Problems() => [.. _graph.Flush().OfType<ObjectProblems>()];

    private void Update<TSpec>(Resource<TSpec> resource, ResourceKind kind)
        where TSpec : class, new() =>
        _graph.OnUpdate(new ResourceUpdated<TSpec>(new ResourceId(kind, resource.Metadata.Namespace ?? "", resource.Metadata.Name), resource));
}
