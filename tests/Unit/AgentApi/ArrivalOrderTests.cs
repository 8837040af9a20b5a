using Calico.Agent.Api;

namespace Calico.Tests.Unit.AgentApi;

internal sealed class ArrivalOrderTests
{
    [Test]
    public async Task One_key_runs_in_order_of_arrival()
    {
        var order = new ArrivalOrder();
        var seen = new List<int>();
        var running = 0;
        var tasks = Enumerable.Range(0, 50).Select(i => order.RunAsync("a", async () =>
        {
            Assert.That(Interlocked.Increment(ref running), Is.EqualTo(1));
            await Task.Yield();
            seen.Add(i);
            Interlocked.Decrement(ref running);
        })).ToArray();
        await Task.WhenAll(tasks);

        Assert.That(seen, Is.EqualTo(Enumerable.Range(0, 50)));
    }

    [Test]
    public async Task Another_key_does_not_wait()
    {
        var order = new ArrivalOrder();
        var gate = new TaskCompletionSource();
        var held = order.RunAsync("a", () => gate.Task);
        await order.RunAsync("b", () => Task.CompletedTask);

        Assert.That(held.IsCompleted, Is.False);
        gate.SetResult();
        await held;
    }

    [Test]
    public async Task A_failure_is_its_callers_and_the_next_one_runs()
    {
        var order = new ArrivalOrder();
        var failing = order.RunAsync("a", () => throw new InvalidOperationException("mine"));
        var ran = false;
        await order.RunAsync("a", () =>
        {
            ran = true;
            return Task.CompletedTask;
        });

        Assert.That(ran, Is.True);
        Assert.That(async () => await failing, Throws.InvalidOperationException.With.Message.EqualTo("mine"));
    }

    [Test]
    public async Task Nothing_is_kept_of_a_key_that_is_done()
    {
        var order = new ArrivalOrder();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => order.RunAsync($"{i % 10}", () => Task.CompletedTask)));

        Assert.That(() => order.Count, Is.Zero.After(2000, 5));
    }
}
