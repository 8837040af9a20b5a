using Calico.Controller.Queue;
using Calico.Tests.Fakes;

namespace Calico.Tests.Unit.Controller;

internal sealed class WorkQueueTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Test]
    public async Task A_worker_that_waits_gets_the_key_that_is_added()
    {
        var queue = new WorkQueue(new ManualTime());
        var taking = queue.TakeAsync(default);
        Assert.That(taking.IsCompleted, Is.False);
        queue.Add("a");
        Assert.That(await taking.WaitAsync(Patience), Is.EqualTo("a"));
    }

    [Test]
    public async Task A_pause_ends_by_the_clock()
    {
        var time = new ManualTime();
        var queue = new WorkQueue(time, _ => TimeSpan.FromSeconds(30));
        queue.Add("a");
        queue.Failed(await queue.TakeAsync(default));
        var taking = queue.TakeAsync(default);
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.That(taking.IsCompleted, Is.False);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await taking.WaitAsync(Patience), Is.EqualTo("a"));
    }

    [Test]
    public async Task No_pause_is_long_while_what_all_keys_need_is_away()
    {
        var queue = new WorkQueue(new ManualTime(), _ => TimeSpan.FromMinutes(1));
        queue.Add("a");
        Assert.That(queue.Failed(await queue.TakeAsync(default), isOutage: true), Is.EqualTo(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public void Waiting_ends_when_it_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        var taking = new WorkQueue(new ManualTime()).TakeAsync(stop.Token);
        stop.Cancel();
        Assert.That(async () => await taking.WaitAsync(Patience), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Many_workers_take_every_key_of_many_writers()
    {
        var queue = new WorkQueue(TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var done = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        var workers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                var key = await queue.TakeAsync(stop.Token);
                done.AddOrUpdate(key, 1, (_, count) => count + 1);
                queue.Done(key);
            }
        })).ToList();
        Parallel.For(0, 2000, i => queue.Add($"k{i}"));
        await Eventually.TrueAsync(() => done.Count == 2000 && queue.IsIdle);
        await stop.CancelAsync();
        Assert.That(async () => await Task.WhenAll(workers), Throws.InstanceOf<OperationCanceledException>());
    }
}
