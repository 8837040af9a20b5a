using Calico.Ctl;
using Calico.Ctl.Settings;

namespace Calico.Tests.Unit.Ctl;

internal sealed class StoreSettingsTests
{
    private readonly CtlRun _files = new();

    [OneTimeTearDown]
    public void Remove() => _files.Dispose();

    [Test]
    public void The_environment_says_where_the_datastore_is()
    {
        var options = StoreSettings.Read(null, new Dictionary<string, string>
        {
            ["ETCD_ENDPOINTS"] = "https://10.0.0.1:2379,https://10.0.0.2:2379",
            ["ETCD_CA_CERT_FILE"] = "/ca",
            ["ETCD_CERT_FILE"] = "/cert",
            ["ETCD_KEY_FILE"] = "/key",
            ["ETCD_USERNAME"] = "u",
            ["ETCD_PASSWORD"] = "p",
        });
        Assert.That(options.Endpoints.Select(uri => uri.Host), Is.EqualTo(new[] { "10.0.0.1", "10.0.0.2" }));
        Assert.That((options.CaCertFile, options.CertFile, options.KeyFile, options.UserName, options.Password), Is.EqualTo(("/ca", "/cert", "/key", "u", "p")));
    }

    [Test]
    public void Upstreams_file_is_the_whole_answer()
    {
        var file = _files.File("ctl.cfg", "apiVersion: projectcalico.org/v3\nkind: CalicoAPIConfig\nmetadata:\nspec:\n  datastoreType: etcdv3\n  etcdEndpoints: http://etcd1:2379\n  etcdUsername: u\n  etcdPassword: p\n");
        var options = StoreSettings.Read(file, new Dictionary<string, string> { ["ETCD_ENDPOINTS"] = "http://other:1" });
        Assert.That(options.Endpoints.Single().Host, Is.EqualTo("etcd1"));
        Assert.That((options.UserName, options.Password), Is.EqualTo(("u", "p")));
    }

    [TestCase("kind: CalicoAPIConfig\nspec: {datastoreType: kubernetes}", "not supported")]
    [TestCase("kind: CalicoAPIConfig\nspec: {etcdEndpoints: 'ftp://x'}", "ftp://x")]
    [TestCase("kind: CalicoAPIConfig\nspec: {etcdEndpoints: 'http://x:1', etcdKey: secret-text}", "etcdKey")]
    [TestCase("kind: Other", "CalicoAPIConfig")]
    [TestCase("a: [", "line")]
    public void A_file_that_cannot_be_used_is_named_with_the_reason(string text, string reason)
    {
        var file = _files.File("bad.cfg", text);
        Assert.That(
            () => StoreSettings.Read(file, new Dictionary<string, string>()),
            Throws.TypeOf<CtlException>().With.Property("ExitCode").EqualTo(ExitCode.Usage).And.Message.Contains(file).And.Message.Contains(reason).And.Message.Not.Contains("secret-text"));
    }
}
