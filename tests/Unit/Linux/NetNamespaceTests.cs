using Calico.Linux;
namespace Calico.Tests.Unit.Linux;

internal sealed class NetNamespaceTests
{
    [Test]
    public void A_missing_namespace_is_a_missing_file() =>
        Assert.That(() => NetNamespace.Open("/proc/self/ns/no-such"), Throws.TypeOf<FileNotFoundException>().With.Message.Contains("/proc/self/ns/no-such"));

    [Test]
    public void A_file_that_is_no_namespace_is_refused_by_name()
    {
        using var space = NetNamespace.Open("/dev/null");
        Assert.That(() => space.Run(() => 1), Throws.InstanceOf<IOException>().With.Message.Contains("/dev/null"));
    }

    [Test]
    public void Sysctl_reads_what_is_there_and_null_for_what_is_not()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Sysctl.Read("kernel/ostype"), Is.EqualTo("Linux"));
            Assert.That(Sysctl.Read("kernel/no_such_setting"), Is.Null);
        });
    }
}
