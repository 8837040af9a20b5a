using System.Globalization;
using Calico.Cni.Protocol;
using FsCheck;
using FsCheck.Fluent;

namespace Calico.Tests.Unit.CniProtocol;

internal sealed class UtcTextTests
{
    [Test]
    public void Times_read_as_the_framework_writes_them() => Prop.ForAll<DateTimeOffset>(time =>
            UtcText.OfLine(time) == time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
            && UtcText.OfFile(time) == time.UtcDateTime.ToString("yyyy-MM-dd'T'HH-mm-ss.fffffff", CultureInfo.InvariantCulture))
        .QuickCheckThrowOnFailure();

    [Test]
    public void A_local_time_is_turned_into_utc() =>
        Assert.That(UtcText.OfLine(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 67, TimeSpan.FromHours(5))), Is.EqualTo("2026-01-01T22:04:05.067Z"));
}
