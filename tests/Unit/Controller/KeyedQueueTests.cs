using Calico.Controller.Queue;
using FsCheck;
using FsCheck.Fluent;

namespace Calico.Tests.Unit.Controller;

internal sealed class KeyedQueueTests
{
    private static readonly TimeSpan Start = TimeSpan.Zero;

    [Test]
    public void Keys_go_in_the_order_they_came_and_each_once()
    {
        var queue = Filled("a", "b", "a", "c");
        Assert.That(TakeAll(queue, Start), Is.EqualTo(new[] { "a", "b", "c" }));
    }

    [Test]
    public void A_key_at_work_is_not_given_to_a_second_worker()
    {
        var queue = Filled("a");
        queue.TryTake(Start, out _);
        queue.Add("a");
        Assert.That(queue.TryTake(Start, out _), Is.False);
    }

    [Test]
    public void A_key_that_changed_while_at_work_comes_again()
    {
        var queue = Filled("a");
        queue.TryTake(Start, out _);
        queue.Add("a");
        queue.Done("a");
        Assert.That(TakeAll(queue, Start), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void A_key_that_failed_waits_for_its_pause_and_comes_again()
    {
        var queue = Filled("a");
        queue.TryTake(Start, out _);
        Assert.That(queue.Failed("a", Start, _ => TimeSpan.FromSeconds(5)), Is.EqualTo(TimeSpan.FromSeconds(5)));
        Assert.That(queue.TryTake(TimeSpan.FromSeconds(4.9), out _), Is.False);
        Assert.That(queue.NextDue, Is.EqualTo(TimeSpan.FromSeconds(5)));
        Assert.That(queue.TryTake(TimeSpan.FromSeconds(5), out var key) ? key : "", Is.EqualTo("a"));
    }

    [Test]
    public void The_number_of_failures_in_a_row_grows_until_it_succeeds()
    {
        var queue = Filled("a");
        var seen = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            Fail(queue, seen);
        }

        queue.TryTake(Start, out _);
        queue.Done("a");
        queue.Add("a");
        Fail(queue, seen);
        Assert.That(seen, Is.EqualTo(new[] { 1, 2, 3, 1 }));
    }

    [Test]
    public void A_change_ends_the_pause_and_the_old_pause_adds_nothing_later()
    {
        var queue = Filled("a");
        queue.TryTake(Start, out _);
        queue.Failed("a", Start, _ => TimeSpan.FromSeconds(5));
        queue.Add("a");
        Assert.That(TakeAll(queue, Start), Is.EqualTo(new[] { "a" }));
        queue.Done("a");
        Assert.That(TakeAll(queue, TimeSpan.FromSeconds(6)), Is.Empty);
        Assert.That(queue.NextDue, Is.Null);
    }

    [Test]
    public void A_failing_key_does_not_hold_the_others_up()
    {
        var queue = Filled("poison", "b", "c");
        queue.TryTake(Start, out _);
        queue.Failed("poison", Start, _ => TimeSpan.FromMinutes(1));
        Assert.That(TakeAll(queue, Start), Is.EqualTo(new[] { "b", "c" }));
    }

    [TestCase(1, 0.0, 0.1)]
    [TestCase(2, 0.0, 0.2)]
    [TestCase(5, 1.0, 0.8)]
    [TestCase(1000, 0.0, 60.0)]
    [TestCase(1000, 1.0, 30.0)]
    public void Pauses_double_up_to_a_minute_less_up_to_a_half(int failures, double chance, double seconds) =>
        Assert.That(Backoff.Pause(failures, chance).TotalSeconds, Is.EqualTo(seconds).Within(0.001));

    /// <summary>Any sequence of adds, takes, successes, failures and waiting: no key is lost, none is at two workers, none goes before one that came earlier.</summary>
    [Test]
    public void No_key_is_ever_lost()
    {
        var step = Gen.Zip(Gen.Choose(0, 4), Gen.Choose(0, 5));
        Prop.ForAll(step.ListOf().ToArbitrary(), steps =>
        {
            var queue = new KeyedQueue();
            var now = Start;
            HashSet<string> owed = [];
            HashSet<string> atWork = [];
            foreach (var (action, number) in steps)
            {
                var key = $"k{number}";
                switch (action)
                {
                    case 0 or 1:
                        queue.Add(key);
                        owed.Add(key);
                        break;
                    case 2 when queue.TryTake(now, out var taken):
                        if (!owed.Contains(taken) || !atWork.Add(taken))
                        {
                            return false;
                        }

                        owed.Remove(taken);
                        break;
                    case 3 when atWork.Remove(key):
                        queue.Done(key);
                        break;
                    case 4 when atWork.Remove(key):
                        queue.Failed(key, now, failures => TimeSpan.FromSeconds(failures));
                        owed.Add(key);
                        break;
                    default:
                        now += TimeSpan.FromSeconds(number);
                        break;
                }
            }

            foreach (var key in atWork)
            {
                queue.Done(key);
            }

            return owed.SetEquals(TakeAll(queue, now + TimeSpan.FromDays(1)));
        }).QuickCheckThrowOnFailure();
    }

    private static KeyedQueue Filled(params string[] keys)
    {
        var queue = new KeyedQueue();
        Array.ForEach(keys, queue.Add);
        return queue;
    }

    private static List<string> TakeAll(KeyedQueue queue, TimeSpan now)
    {
        List<string> taken = [];
        while (queue.TryTake(now, out var key))
        {
            taken.Add(key);
        }

        return taken;
    }

    private static void Fail(KeyedQueue queue, List<int> seen)
    {
        queue.TryTake(Start, out var key);
        queue.Failed(key, Start, failures =>
        {
            seen.Add(failures);
            return TimeSpan.Zero;
        });
    }
}
