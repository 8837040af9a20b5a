using Calico.Controller.Nodes;
using Calico.Model.Resources;
using FsCheck;
using FsCheck.Fluent;

namespace Calico.Tests.Unit.Controller.Nodes;

internal sealed class NodePlanTests
{
    [Test]
    public void Labels_of_Kubernetes_are_copied_and_remembered()
    {
        var node = Update(Node(), ("zone", "a"), ("disk", "ssd"));
        Assert.That(node!.Metadata.Labels, Is.EqualTo(new Dictionary<string, string> { ["zone"] = "a", ["disk"] = "ssd" }));
        Assert.That(node.Metadata.Annotations![KubeLabels.Annotation], Is.EqualTo("""{"disk":"ssd","zone":"a"}"""));
    }

    [Test]
    public void A_label_that_Kubernetes_dropped_goes()
    {
        var node = Update(Update(Node(), ("zone", "a"), ("disk", "ssd"))!, ("zone", "a"));
        Assert.That(node!.Metadata.Labels!.Keys, Is.EqualTo(new[] { "zone" }));
    }

    [Test]
    public void A_label_of_somebody_else_stays()
    {
        var own = Node() with { Metadata = new ObjectMeta { Name = "node-a", Labels = new() { ["route-reflector"] = "yes" } } };
        var node = Update(Update(own, ("zone", "a"))!);
        Assert.That(node!.Metadata.Labels, Is.EqualTo(new Dictionary<string, string> { ["route-reflector"] = "yes" }));
    }

    [Test]
    public void A_copied_label_that_somebody_changed_stays_when_Kubernetes_drops_it()
    {
        var copied = Update(Node(), ("zone", "a"))!;
        var changed = copied with { Metadata = copied.Metadata with { Labels = new() { ["zone"] = "mine" } } };
        Assert.That(Update(changed)!.Metadata.Labels, Is.EqualTo(new Dictionary<string, string> { ["zone"] = "mine" }));
    }

    [Test]
    public void The_node_learns_its_name_in_Kubernetes()
    {
        var node = NodePlan.Update(Node(), "node-a.example.org", new Dictionary<string, string>())!;
        Assert.That(node.Spec.OrchRefs!.Single(), Is.EqualTo(new OrchRef { Orchestrator = "k8s", NodeName = "node-a.example.org" }));
    }

    [Test]
    public void A_memory_that_cannot_be_read_costs_no_label()
    {
        var broken = Node() with { Metadata = new ObjectMeta { Name = "node-a", Labels = new() { ["zone"] = "a" }, Annotations = new() { [KubeLabels.Annotation] = "[not an object" } } };
        Assert.That(Update(broken)!.Metadata.Labels, Is.EqualTo(new Dictionary<string, string> { ["zone"] = "a" }));
    }

    [Test]
    public void After_one_update_nothing_is_left_to_do()
    {
        var label = Gen.Elements("a", "b", "c", "d").Zip(Gen.Elements("1", "2", "quote\"d"));
        var labels = label.ListOf().Select(list => list.DistinctBy(l => l.Item1).ToDictionary(l => l.Item1, l => l.Item2));
        Prop.ForAll(labels.Three().ToArbitrary(), sets =>
        {
            var (own, earlier, now) = sets;
            var node = Node() with { Metadata = new ObjectMeta { Name = "node-a", Labels = own } };
            node = NodePlan.Update(node, "node-a", earlier) ?? node;
            node = NodePlan.Update(node, "node-a", now) ?? node;
            var labelsNow = node.Metadata.Labels ?? [];
            return NodePlan.Update(node, "node-a", now) is null
                && now.All(pair => labelsNow[pair.Key] == pair.Value)
                && own.Keys.Except(earlier.Keys).All(labelsNow.ContainsKey)
                && labelsNow.Keys.All(key => now.ContainsKey(key) || own.ContainsKey(key));
        }).QuickCheckThrowOnFailure();
    }

    private static Resource<NodeSpec> Node() => new() { Kind = "Node", Metadata = new ObjectMeta { Name = "node-a" } };

    private static Resource<NodeSpec>? Update(Resource<NodeSpec> node, params (string Name, string Value)[] labels) =>
        NodePlan.Update(node, "node-a", labels.ToDictionary(l => l.Name, l => l.Value));
}
