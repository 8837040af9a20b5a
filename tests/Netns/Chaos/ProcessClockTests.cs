using Calico.Tests.Rig.Store;

namespace Calico.Tests.Netns.Chaos;

/// <summary>What the chaos run relies on. etcd tells its time in the Date of its HTTP answers.</summary>
internal sealed class ProcessClockTests
{
    [Test]
    public async Task A_running_etcd_has_the_wall_clock_it_is_given()
    {
        if (!ProcessClock.IsPossible)
        {
            Assert.Ignore("the clock of a process can be set on x86-64 only");
        }

        await using var etcd = await EtcdServer.StartOnLoopbackAsync();
        using var http = new HttpClient();
        foreach (var hours in new[] { -7, 300, 0 })
        {
            await ProcessClock.SetAsync(etcd.Pid, TimeSpan.FromHours(hours));
            using var answer = await http.GetAsync(new Uri(etcd.Endpoint, "/version"));
            Assert.That(answer.Headers.Date, Is.EqualTo(DateTimeOffset.UtcNow.AddHours(hours)).Within(TimeSpan.FromMinutes(1)));
        }

        await etcd.PutAsync("key", "value");
    }
}
