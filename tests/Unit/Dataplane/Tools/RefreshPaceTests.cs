using Calico.Agent.Dataplane.Tools;

namespace Calico.Tests.Unit.Dataplane.Tools;

internal sealed class RefreshPaceTests
{
    private readonly SettableTime _time = new();

    [TestCase(0.001, 90, 5)]
    [TestCase(0.2, 90, 20)]
    [TestCase(2, 90, 200)]
    [TestCase(0.001, 2, 2)]
    public async Task The_pause_is_a_hundred_times_what_the_last_read_took_but_not_too_short(double cost, double longest, double pause)
    {
        var pace = new RefreshPace(TimeSpan.FromSeconds(longest), _time);
        await ReadAsync(pace, cost);
        Assert.That(pace.Remaining, Is.EqualTo(TimeSpan.FromSeconds(pause)));
        _time.Advance(TimeSpan.FromSeconds(pause + 1));
        Assert.That(pace.Remaining, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public async Task An_interval_of_zero_means_never()
    {
        var pace = new RefreshPace(TimeSpan.Zero, _time);
        await ReadAsync(pace, 1);
        Assert.That(pace.Remaining, Is.EqualTo(Timeout.InfiniteTimeSpan));
    }

    [TestCase(0)]
    [TestCase(90)]
    public async Task Who_is_in_a_hurry_reads_now_once_and_then_in_the_usual_pace(int longest)
    {
        var pace = new RefreshPace(TimeSpan.FromSeconds(longest), _time);
        await ReadAsync(pace, 0.2);
        var usual = pace.Remaining;
        pace.Hurry();
        Assert.That(pace.Remaining, Is.EqualTo(TimeSpan.Zero));
        await ReadAsync(pace, 0.2);
        Assert.That(pace.Remaining, Is.EqualTo(usual));
    }

    private Task<bool> ReadAsync(RefreshPace pace, double seconds) => pace.MeasureAsync(() =>
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        return Task.FromResult(true);
    });
}
