using Calico.Controller.Resources;
using static Calico.Tests.Unit.Controller.Resources.TwoSides;

namespace Calico.Tests.Unit.Controller.Resources;

internal sealed class PolicyNameTests
{
    private readonly TwoSides _sides = new(hasTierNames: true);

    [SetUp]
    public void Clear()
    {
        _sides.Kubernetes.Clear();
        _sides.Stored.Clear();
    }

    [Test]
    public void The_name_in_the_datastore_carries_the_tier()
    {
        _sides.Apply("web", Content("x"));
        _sides.Apply("db", Content("x", "low"));
        Assert.That(_sides.Settle());
        Assert.That(_sides.Stored.Keys, Is.EquivalentTo(new[] { "default.web", "low.db" }));
        Assert.That(_sides.Kubernetes.Keys, Is.EquivalentTo(new[] { "web", "db" }));
    }

    [Test]
    public void A_policy_of_the_datastore_comes_under_its_own_name_and_keeps_it()
    {
        _sides.Put("default.web", Content("x"));
        _sides.Settle();
        _sides.Apply("default.web", Content("y"));
        Assert.That(_sides.Settle());
        Assert.That(_sides.Stored.Keys, Is.EqualTo(new[] { "default.web" }));
        Assert.That(Value(_sides.Stored["default.web"].Content), Is.EqualTo("y"));
    }

    [Test]
    public void Two_names_of_one_policy_are_told_apart()
    {
        _sides.Apply("web", Content("x"));
        _sides.Settle();
        _sides.Apply("default.web", Content("y"));
        Assert.That(_sides.Settle());
        Assert.That(_sides.Kubernetes["web"].Status!.Live);
        Assert.That(_sides.Kubernetes["default.web"].Status, Has.Property("Live").False.And.Property("Message").Contains("the same as web"));
        _sides.Delete("web");
        Assert.That(_sides.Settle());
        Assert.That(Value(_sides.Stored["default.web"].Content), Is.EqualTo("y"));
    }

    [Test]
    public void A_policy_that_moves_to_another_tier_is_renamed_in_one_step()
    {
        _sides.Apply("web", Content("x"));
        _sides.Settle();
        _sides.Apply("web", Content("x", "low"));
        Assert.That(_sides.Plan(), Has.One.InstanceOf<SyncAction.WriteStored>().With.Property("Former").Not.Null);
        Assert.That(_sides.Settle());
        Assert.That(_sides.Stored.Keys, Is.EqualTo(new[] { "low.web" }));
    }

    [Test]
    public void Policies_made_from_those_of_Kubernetes_are_not_shown_twice()
    {
        _sides.Put("knp.default.web", Content("x"));
        Assert.That(_sides.Plan(), Is.Empty);
        _sides.Apply("knp.default.own", Content("x"));
        Assert.That(_sides.Settle());
        Assert.That(_sides.Kubernetes["knp.default.own"].Status!.Message, Does.Contain("choose another"));
    }
}
