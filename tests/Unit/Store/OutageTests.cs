using Calico.Store;

namespace Calico.Tests.Unit.Store;

internal sealed class OutageTests
{
    [TestCase(0, 0.0, 100)]
    [TestCase(0, 1.0, 50)]
    [TestCase(3, 0.0, 800)]
    [TestCase(7, 0.0, 10_000)]
    [TestCase(int.MaxValue, 0.5, 7_500)]
    public void Waits_double_up_to_ten_seconds_less_the_jitter(int failures, double jitter, int milliseconds) =>
        Assert.That(Outage.Delay(failures, jitter).TotalMilliseconds, Is.EqualTo(milliseconds));
}
