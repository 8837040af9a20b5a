using Calico.Store.Kubernetes;

namespace Calico.Tests.Unit.Store.Kubernetes;

internal sealed class KubernetesOverridesTests
{
    private static readonly KubernetesOverrides Nothing = new("", "", "", "", "");

    [Test]
    public void What_is_said_goes_before_what_was_and_the_rest_stays()
    {
        var before = (Nothing with { Server = "https://a:6443", CertificateAuthority = "/ca", Token = "t" }).ApplyTo(null);
        var after = (Nothing with { Server = "https://b:6443/api/v1/", ClientCertificate = "/cert", ClientKey = "/key" }).ApplyTo(before);
        Assert.That(after.Server, Is.EqualTo(new Uri("https://b:6443")));
        Assert.That((after.Tls.Authorities!.Name, after.Tls.Certificate!.Name, after.Tls.Key!.Name), Is.EqualTo(("/ca", "/cert", "/key")));
        Assert.That(after.Token!.Get(TimeProvider.System), Is.EqualTo("t"));
        Assert.That(Nothing.ApplyTo(after).Server, Is.EqualTo(after.Server));
    }

    [Test]
    public void What_cannot_be_used_is_named()
    {
        Assert.That(() => Nothing.ApplyTo(null), Fails("neither a kubeconfig nor k8s_api_root"));
        Assert.That(() => (Nothing with { Server = "here" }).ApplyTo(null), Fails("k8s_api_root"));
        Assert.That(() => (Nothing with { Server = "https://a" }).ApplyTo(null), Fails("k8s_certificate_authority"));
        Assert.That(() => (Nothing with { Server = "http://a", ClientKey = "/key" }).ApplyTo(null), Fails("k8s_client_key"));
    }

    [Test]
    public void The_token_is_in_no_text() => Assert.That($"{Nothing with { Server = "https://a", Token = "secret" }}", Is.EqualTo("https://a"));

    private static NUnit.Framework.Constraints.ContainsConstraint Fails(string hint) => Throws.TypeOf<KubernetesException>().With.Message.Contains(hint);
}
