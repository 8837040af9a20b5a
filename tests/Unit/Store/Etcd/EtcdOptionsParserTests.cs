using Calico.Store.Etcd;

namespace Calico.Tests.Unit.Store.Etcd;

internal sealed class EtcdOptionsParserTests
{
    [TestCase("http://127.0.0.1:2379", "http://127.0.0.1:2379/")]
    [TestCase(" http://a:1/ ,\thttp://b:2 ,", "http://a:1/ http://b:2/")]
    [TestCase("http://etcd.example", "http://etcd.example:2379/")]
    [TestCase("http://etcd.example:80", "http://etcd.example/")]
    [TestCase("http://[2001:db8::1]:2379,http://[2001:db8::2]", "http://[2001:db8::1]:2379/ http://[2001:db8::2]:2379/")]
    public void Endpoints_are_urls_with_commas_between_and_etcds_port_where_none_is_written(string text, string expected) =>
        Assert.That(string.Join(' ', EtcdOptionsParser.Parse(text).Endpoints), Is.EqualTo(expected));

    [TestCase(null, "no etcd endpoint")]
    [TestCase(" , ", "no etcd endpoint")]
    [TestCase("10.0.0.1:2379", "'10.0.0.1:2379' is no etcd endpoint: write http://")]
    [TestCase("etcd:2379", "'etcd:2379' is no etcd endpoint: write http://")]
    [TestCase("http://a:2379,ftp://b", "'ftp://b'")]
    [TestCase("http://a:99999", "'http://a:99999'")]
    [TestCase("http://a:2379/v3", "nothing may follow the port")]
    [TestCase("http://a:2379?x=1", "nothing may follow the port")]
    [TestCase("https://a:2379", "https://a:2379 needs a CA certificate file")]
    public void What_is_wrong_is_told_with_the_text_in_question(string? text, string complaint) =>
        Assert.That(() => EtcdOptionsParser.Parse(text), Throws.InstanceOf<FormatException>().With.Message.Contains(complaint));

    [Test]
    public void A_password_inside_an_endpoint_is_refused_and_not_repeated() => Assert.That(
        () => EtcdOptionsParser.Parse("http://root:s3cret@a:2379"),
        Throws.InstanceOf<FormatException>().With.Message.Contains("separately").And.Message.Not.Contains("s3cret"));

    [TestCase("cert", null, "key file is missing")]
    [TestCase(null, "key", "certificate file is missing")]
    public void A_certificate_needs_its_key_and_a_key_its_certificate(string? cert, string? key, string complaint) => Assert.That(
        () => EtcdOptionsParser.Parse("https://a", "ca", cert, key), Throws.InstanceOf<FormatException>().With.Message.Contains(complaint));

    [Test]
    public void A_password_needs_a_user() => Assert.That(
        () => EtcdOptionsParser.Parse("http://a", password: "x"), Throws.InstanceOf<FormatException>().With.Message.Contains("user name"));

    [Test]
    public void Empty_text_is_none()
    {
        var options = EtcdOptionsParser.Parse("http://a", "", "", "", "", "");
        Assert.That(options with { Endpoints = [] }, Is.EqualTo(new EtcdOptions { Endpoints = [] } with { Endpoints = [] }).Using<EtcdOptions>(
            (x, y) => (x.CaCertFile, x.CertFile, x.KeyFile, x.UserName, x.Password) == (y.CaCertFile, y.CertFile, y.KeyFile, y.UserName, y.Password)));
    }

    [Test]
    public void A_client_is_not_made_from_options_that_contradict_each_other() => Assert.That(
        () => new EtcdClient(new EtcdOptions { Endpoints = [] }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("no etcd endpoint"));
}
