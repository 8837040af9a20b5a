using Calico.Ipam.Plugin;

namespace Calico.Tests.Unit.Ipam;

internal sealed class SocketTurnTests
{
    private readonly string _node = $"node-{Guid.NewGuid()}";

    [Test]
    public async Task The_second_waits_until_the_first_is_through()
    {
        var first = await Turn().TakeAsync(CancellationToken.None);
        var second = Turn().TakeAsync(CancellationToken.None);
        Assert.That(await Task.WhenAny(second, Task.Delay(100)), Is.Not.SameAs(second));
        first!.Dispose();
        using var turn = await second;
        Assert.That(turn, Is.Not.Null);
    }

    [Test]
    public async Task All_of_many_get_a_turn_and_never_two_at_once()
    {
        var (inside, most, had) = (0, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            using var turn = await Turn(TimeSpan.FromMinutes(1)).TakeAsync(CancellationToken.None);
            had += turn is null ? 0 : 1;
            most = Math.Max(most, Interlocked.Increment(ref inside));
            await Task.Delay(2);
            Interlocked.Decrement(ref inside);
        })));
        Assert.That((had, most), Is.EqualTo((20, 1)));
    }

    [Test]
    public async Task A_turn_that_does_not_end_is_not_waited_for_for_ever()
    {
        using var first = await Turn().TakeAsync(CancellationToken.None);
        Assert.That(await Turn(TimeSpan.FromMilliseconds(50)).TakeAsync(CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task Nodes_do_not_wait_for_each_other()
    {
        using var first = await Turn().TakeAsync(CancellationToken.None);
        using var other = await new SocketTurn(_node + "-other").TakeAsync(CancellationToken.None);
        Assert.That(other, Is.Not.Null);
    }

    [Test]
    public async Task A_node_name_too_long_for_a_socket_goes_without_a_turn() =>
        Assert.That(await new SocketTurn(new string('n', 200)).TakeAsync(CancellationToken.None), Is.Null);

    private SocketTurn Turn(TimeSpan? patience = null) => new(_node, patience);
}
