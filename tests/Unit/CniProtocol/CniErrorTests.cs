using System.Text;
using Calico.Cni.Protocol;

namespace Calico.Tests.Unit.CniProtocol;

internal sealed class CniErrorTests
{
    [TestCase("0.3.1", "0.3.1")]
    [TestCase("1.1.0", "1.1.0")]
    [TestCase("", "1.1.0")]
    [TestCase("9.9.9", "1.1.0")]
    public void The_error_object_has_the_version_of_the_conf_or_our_newest(string asked, string written) =>
        Assert.That(
            Encoding.UTF8.GetString(CniErrorWriter.Write(new CniException(CniErrorCode.TryAgainLater, "no \"room\" <here>", "wait"), asked)),
            Is.EqualTo($$"""{"cniVersion":"{{written}}","code":11,"msg":"no \"room\" <here>","details":"wait"}"""));

    [Test]
    public void Details_that_say_nothing_are_left_out() =>
        Assert.That(
            Encoding.UTF8.GetString(CniErrorWriter.Write(new CniException(CniErrorCode.Internal, "m"), "1.0.0")),
            Is.EqualTo("""{"cniVersion":"1.0.0","code":100,"msg":"m"}"""));

    [Test]
    public void What_is_written_reads_back()
    {
        var read = CniErrorReader.Read(CniErrorWriter.Write(new CniException(CniErrorCode.CheckFailed, "m é", "d"), "1.0.0"));

        Assert.That((read.Code, read.Message, read.Details), Is.EqualTo((CniErrorCode.CheckFailed, "m é", "d")));
    }

    [TestCase("""{"msg":"m"}""")]
    [TestCase("""{"code":0,"msg":"m"}""")]
    [TestCase("""{"code":"7"}""")]
    [TestCase("plain text")]
    public void What_is_no_error_object_is_told_so(string text) =>
        Assert.That(
            () => CniErrorReader.Read(Encoding.UTF8.GetBytes(text)),
            Throws.TypeOf<CniException>().With.Property(nameof(CniException.Code)).EqualTo(CniErrorCode.DecodingFailure));
}
