using Calico.Policy.Resources;
using FsCheck;
using FsCheck.Fluent;
using static Calico.Tests.Unit.Controller.Resources.TwoSides;

namespace Calico.Tests.Unit.Controller.Resources;

internal sealed class SyncPlanTests
{
    private readonly TwoSides _sides = new(hasTierNames: false);

    [SetUp]
    public void Clear()
    {
        _sides.Kubernetes.Clear();
        _sides.Stored.Clear();
        _sides.IsInvalid = _ => false;
    }

    [Test]
    public void An_object_of_Kubernetes_goes_to_the_datastore_and_is_live()
    {
        _sides.Apply("a", Content("x"));
        Assert.That(_sides.Settle());
        Assert.That(Value(_sides.Stored["a"].Content), Is.EqualTo("x"));
        Assert.That(_sides.Kubernetes["a"].Status, Has.Property("Live").True.And.Property("Revision").EqualTo(_sides.Stored["a"].ModRevision).And.Property("ObservedGeneration").EqualTo(1));
    }

    [Test]
    public void An_object_of_the_datastore_appears_in_Kubernetes()
    {
        _sides.Put("a", Content("x"));
        Assert.That(_sides.Settle());
        Assert.That(Value(_sides.Kubernetes["a"].Content), Is.EqualTo("x"));
        Assert.That(_sides.Kubernetes["a"].Status!.Live);
    }

    [Test]
    public void A_deletion_goes_either_way()
    {
        _sides.Put("a", Content("x"));
        _sides.Apply("b", Content("y"));
        _sides.Settle();
        _sides.Delete("a");
        _sides.DeleteStored("b");
        Assert.That(_sides.Settle());
        Assert.That(_sides.Stored, Is.Empty);
        Assert.That(_sides.Kubernetes, Is.Empty);
    }

    [Test]
    public void A_change_goes_either_way()
    {
        _sides.Apply("a", Content("x"));
        _sides.Apply("b", Content("x"));
        _sides.Settle();
        _sides.Apply("a", Content("new"));
        _sides.Put("b", Content("new"));
        Assert.That(_sides.Settle());
        Assert.That(Value(_sides.Stored["a"].Content), Is.EqualTo("new"));
        Assert.That(Value(_sides.Kubernetes["b"].Content), Is.EqualTo("new"));
    }

    [Test]
    public void Kubernetes_wins_when_both_changed()
    {
        _sides.Apply("a", Content("x"));
        _sides.Settle();
        _sides.Apply("a", Content("kubernetes"));
        _sides.Put("a", Content("datastore"));
        Assert.That(_sides.Settle());
        Assert.That(Value(_sides.Stored["a"].Content), Is.EqualTo("kubernetes"));
        Assert.That(Value(_sides.Kubernetes["a"].Content), Is.EqualTo("kubernetes"));
    }

    [Test]
    public void What_was_changed_in_Kubernetes_and_deleted_in_the_datastore_lives()
    {
        _sides.Apply("a", Content("x"));
        _sides.Settle();
        _sides.Apply("a", Content("y"));
        _sides.DeleteStored("a");
        Assert.That(_sides.Settle());
        Assert.That(_sides.Stored, Contains.Key("a"));
    }

    [Test]
    public void An_invalid_object_says_why_and_the_others_go_on()
    {
        _sides.IsInvalid = value => value == "bad";
        _sides.Apply("a", Content("bad"));
        _sides.Apply("b", Content("good"));
        Assert.That(_sides.Settle());
        Assert.That(_sides.Kubernetes["a"].Status, Has.Property("Live").False.And.Property("Message").EqualTo("spec.selector: is wrong"));
        Assert.That(_sides.Stored.Keys, Is.EqualTo(new[] { "b" }));
    }

    [Test]
    public void A_change_for_the_worse_leaves_the_former_object_in_force()
    {
        _sides.IsInvalid = value => value == "bad";
        _sides.Apply("a", Content("good"));
        _sides.Settle();
        _sides.Apply("a", Content("bad"));
        Assert.That(_sides.Settle());
        Assert.That(Value(_sides.Stored["a"].Content), Is.EqualTo("good"));
        Assert.That(_sides.Kubernetes["a"].Status!.Live, Is.False);
        _sides.Apply("a", Content("better"));
        Assert.That(_sides.Settle());
        Assert.That(Value(_sides.Stored["a"].Content), Is.EqualTo("better"));
        Assert.That(_sides.Kubernetes["a"].Status, Has.Property("Live").True.And.Property("Message").Empty);
    }

    [Test]
    public void Objects_that_vanish_with_their_definition_are_not_deleted_in_the_datastore()
    {
        _sides.Apply("a", Content("x"));
        _sides.Put("b", Content("y"));
        _sides.Settle();
        _sides.RemakeDefinition();
        Assert.That(_sides.Settle());
        Assert.That(_sides.Stored.Keys, Is.EquivalentTo(new[] { "a", "b" }));
        Assert.That(_sides.Kubernetes.Keys, Is.EquivalentTo(new[] { "a", "b" }));
    }

    [Test]
    public void A_new_datastore_deletes_nothing_in_Kubernetes()
    {
        _sides.Apply("a", Content("x"));
        _sides.Settle();
        _sides.RemakeDatastore();
        Assert.That(_sides.Settle());
        Assert.That(_sides.Stored.Keys, Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void An_object_that_is_deleted_and_made_again_at_once_stays()
    {
        _sides.Apply("a", Content("x"));
        _sides.Settle();
        _sides.Delete("a");
        _sides.Apply("a", Content("x"));
        Assert.That(_sides.Settle());
        Assert.That(_sides.Stored["a"].Link!.Uid, Is.EqualTo(_sides.Kubernetes["a"].Uid));
    }

    [Test]
    public void Both_sides_end_the_same_from_any_state() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Converges(seed, tiers: false)).QuickCheckThrowOnFailure();

    [Test]
    public void Both_sides_end_the_same_from_any_state_of_policies() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Converges(seed, tiers: true)).QuickCheckThrowOnFailure();

    [Test]
    public void A_new_definition_deletes_nothing_in_any_state() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(),
        seed =>
        {
            var sides = Scrambled(new Random(seed), tiers: false);
            sides.Settle();
            var before = sides.Stored.Keys.ToHashSet();
            sides.RemakeDefinition();
            return sides.Settle() && before.SetEquals(sides.Stored.Keys) && before.SetEquals(sides.Kubernetes.Keys);
        }).QuickCheckThrowOnFailure();

    [Test]
    public void Kubernetes_wins_every_tie() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(),
        seed =>
        {
            var random = new Random(seed);
            var sides = Scrambled(random, tiers: false);
            sides.Step(random.Next(4));
            var wanted = Names(false).ToDictionary(name => name, name => $"kubernetes-{random.Next(3)}-{name}");
            foreach (var (name, value) in wanted)
            {
                sides.Apply(name, Content(value));
                if (random.Next(2) == 0)
                {
                    sides.Put(name, Content("datastore"));
                }
                else
                {
                    sides.DeleteStored(name);
                }
            }

            return sides.Settle() && wanted.All(w => Value(sides.Stored[w.Key].Content) == w.Value && Value(sides.Kubernetes[w.Key].Content) == w.Value);
        }).QuickCheckThrowOnFailure();

    private static bool Converges(int seed, bool tiers)
    {
        var random = new Random(seed);
        var sides = Scrambled(random, tiers);
        if (!sides.Settle())
        {
            return false;
        }

        var live = sides.Kubernetes.Values.Where(k => k.Status is { Live: true }).ToList();
        var shown = sides.Stored.Values.Where(s => !tiers || !PolicyNames.IsGenerated(s.Name)).ToList();
        var areSame = live.All(k => shown.Exists(s => s.Link?.Uid == k.Uid && s.Content.Hash == k.Content.Hash && s.ModRevision == k.Status!.Revision));
        var areTold = sides.Kubernetes.Values.All(k => k.Status is { } status && (status.Live || status.Message.Length > 0));
        var areShown = shown.All(s => sides.Kubernetes.Values.Any(k => k.Uid == s.Link?.Uid || k.Name == s.Name));
        return areSame && areTold && areShown && (tiers || live.Count == sides.Kubernetes.Count);
    }

    private static string[] Names(bool tiers) => tiers ? ["web", "default.web", "low.web", "db", "knp.default.x"] : ["a", "b", "c"];

    /// <summary>Anything that users may do on both sides, with the controller at work in between, and cut short at any step.</summary>
    private static TwoSides Scrambled(Random random, bool tiers)
    {
        var sides = new TwoSides(tiers);
        for (var i = 0; i < 30; i++)
        {
            var name = Names(tiers)[random.Next(Names(tiers).Length)];
            var content = Content($"{random.Next(3)}", tiers && random.Next(2) == 0 ? "low" : "");
            switch (random.Next(tiers ? 8 : 10))
            {
                case 0 or 1: sides.Apply(name, content); break;
                case 2: sides.Delete(name); break;
                case 3 or 4: sides.Put(name, content); break;
                case 5: sides.DeleteStored(name); break;
                case 8: sides.RemakeDefinition(); break;
                case 9: sides.RemakeDatastore(); break;
                default: sides.Step(random.Next(4)); break;
            }
        }

        return sides;
    }
}
