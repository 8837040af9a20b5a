using Calico.Store.Sync;

namespace Calico.Tests.Unit.Store.Sync;

internal sealed class KnownKeysTests
{
    private static readonly string[] Keys = ["/a/b", "/a/c", "/a/", "/a", "a", "", "/a/b/c", "/ä/ö/€", "/a/B"];

    [Test]
    public void Every_key_has_its_own_revision_and_comes_back_as_it_was()
    {
        var known = Filled();
        Assert.That(Keys.Select(known.RevisionOf), Is.EqualTo(Enumerable.Range(1, Keys.Length)));
        Assert.That(known.All, Is.EquivalentTo(Keys));
        Assert.That(known.RevisionOf("/a/d"), Is.Zero);
        Assert.That(known.RevisionOf("/d/b"), Is.Zero);
    }

    [Test]
    public void A_removed_key_is_gone_and_no_other()
    {
        var known = Filled();
        Assert.That(known.Remove("/a/b"));
        Assert.That(known.Remove("/a/b"), Is.False);
        Assert.That(known.Remove("/d/b"), Is.False);
        Assert.That(known.All, Is.EquivalentTo(Keys[1..]));
    }

    [Test]
    public void The_last_revision_counts()
    {
        var known = Filled();
        known.Set("/a/b", 99);
        Assert.That(known.RevisionOf("/a/b"), Is.EqualTo(99));
        Assert.That(known.All, Is.EquivalentTo(Keys));
    }

    private static KnownKeys Filled()
    {
        var known = new KnownKeys();
        for (var i = 0; i < Keys.Length; i++)
        {
            known.Set(Keys[i], i + 1);
        }

        return known;
    }
}
