using Calico.Agent.Calc;
using Calico.Agent.Calc.Input;
using Calico.Model.Net;
using Calico.Model.Resources;
using static Calico.Tests.Unit.Policy.Objects;

namespace Calico.Tests.Unit.Calc;

/// <summary>Labels that so many shapes carry that the index stops listing them: what it finds must not change.</summary>
internal sealed class CrowdTests
{
    private const int Pods = 1_500;

    private readonly CalculationGraph _graph = new("n1");
    private readonly DataplaneModel _dataplane = new();

    [Test]
    public void Sets_are_the_same_when_a_label_is_carried_by_a_crowd()
    {
        var local = Pod("shop", "web", "n1", ["app=web"], Web);
        Update(local with { Spec = local.Spec with { InterfaceName = "cali1" } }, ResourceKind.WorkloadEndpoint);
        for (var i = 0; i < Pods; i++)
        {
            Update(Pod("shop", $"db-{i}", "n2", ["app=db", $"pod={i}"], Address(i)), ResourceKind.WorkloadEndpoint);
        }

        Update(NetworkPolicy("p", new() { Selector = "app == 'web'", Ingress = [Allow(new() { Selector = "app == 'db'" }), Allow(new() { Selector = "pod in {'3', '4'}" })] }), ResourceKind.NetworkPolicy);
        _dataplane.Apply(_graph.Flush());
        Assert.That(Sizes(), Is.EquivalentTo([Pods, 2]));

        for (var i = 10; i < Pods; i++)
        {
            _graph.OnUpdate(new ResourceDeleted(new ResourceId(ResourceKind.WorkloadEndpoint, "shop", $"db-{i}")));
        }

        Update(NetworkPolicy("q", new() { Selector = "app == 'web'", Ingress = [Allow(new() { Selector = "app == 'db' && pod != '3'" })] }), ResourceKind.NetworkPolicy);
        _dataplane.Apply(_graph.Flush());
        Assert.That(Sizes(), Is.EquivalentTo([10, 2, 9]));
    }

    private IEnumerable<int> Sizes() => _dataplane.Sets.Where(set => set.Key.StartsWith("s:", StringComparison.Ordinal)).Select(set => set.Value.Count);

    private static string Address(int number) => new IpAddress(IpFamily.IPv4, 0x0A000100u + (uint)number).ToString();

    private void Update<TSpec>(Resource<TSpec> resource, ResourceKind kind)
        where TSpec : class, new() =>
        _graph.OnUpdate(new ResourceUpdated<TSpec>(new ResourceId(kind, resource.Metadata.Namespace ?? "", resource.Metadata.Name), resource));
}
