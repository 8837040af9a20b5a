using System.Text;
using Calico.Linux.Netlink;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Processes;

namespace Calico.Tests.Netns.Dataplane.Endpoints;

internal sealed class RouteMonitorTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    [Test]
    public async Task Events_that_nobody_took_in_time_become_a_resync_and_later_ones_are_told_again()
    {
        await using var host = await NetworkNamespace.CreateAsync("host");
        using var monitor = host.Open(RouteMonitor.Open);
        var batch = new StringBuilder();
        for (var i = 0; i < 40_000; i++)
        {
            batch.AppendLine($"route add 10.{i >> 8}.{i & 255}.0/24 dev lo");
        }

        (await (new Command("ip", "-n", host.Name, "-batch", "-") { Stdin = batch.ToString() }).RunAsync()).OrThrow();
        List<RouteEvent> events = [];
        monitor.Receive(events, Deadline);
        Assert.That(events, Has.Some.TypeOf<ResyncEvent>());

        events.Clear();
        await host.IpAsync("route add 192.0.2.1/32 dev lo");
        monitor.Receive(events, Deadline);
        Assert.That(events.Select(told => told.GetType()), Is.EqualTo([typeof(RouteChangeEvent)]));
    }

    [Test]
    public async Task A_wake_ends_the_wait()
    {
        await using var host = await NetworkNamespace.CreateAsync("host");
        using var monitor = host.Open(RouteMonitor.Open);
        List<RouteEvent> events = [];
        var waiting = Task.Run(() => monitor.Receive(events, TimeSpan.FromMinutes(5)));
        monitor.Wake();
        await waiting.WaitAsync(Deadline);
        Assert.That(events, Is.Empty);
    }
}
