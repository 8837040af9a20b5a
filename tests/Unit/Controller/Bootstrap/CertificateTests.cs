using System.Net;
using System.Security.Cryptography.X509Certificates;
using Calico.Controller.Bootstrap;

namespace Calico.Tests.Unit.Controller.Bootstrap;

internal sealed class CertificateTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly EtcdMember[] Members = [new("a", [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1")], false)];
    private static readonly CertificateWish Server = CertificateWish.Server("kube-system", [IPAddress.Parse("10.96.7.7")], Members);

    [Test]
    public void The_authority_vouches_for_what_it_signs_and_for_nothing_else()
    {
        var (certificate, key) = CertificateAuthority.Create(Now);
        using var authority = CertificateAuthority.Load(certificate, key);
        Assert.That(Verifies(certificate, authority.Issue(Server, Now).Certificate));
        Assert.That(Verifies(CertificateAuthority.Create(Now).Certificate, authority.Issue(Server, Now).Certificate), Is.False);
    }

    [Test]
    public void A_server_is_named_by_service_node_and_loopback_in_both_families()
    {
        var (certificate, key) = Issue(Server, Now);
        using var parsed = X509Certificate2.CreateFromPem(certificate, key);
        foreach (var name in new[] { "localhost", "calico-etcd.kube-system.svc", "127.0.0.1", "::1", "10.96.7.7", "192.0.2.1", "2001:db8::1" })
        {
            Assert.That(parsed.MatchesHostname(name, allowCommonName: false), name);
        }

        Assert.That(parsed.MatchesHostname("192.0.2.2", allowCommonName: false), Is.False);
    }

    [Test]
    public void The_authority_holds_ten_years_and_a_certificate_one()
    {
        using var ca = X509Certificate2.CreateFromPem(CertificateAuthority.Create(Now).Certificate);
        using var client = X509Certificate2.CreateFromPem(Issue(CertificateWish.Client, Now).Certificate);
        Assert.That(ca.NotAfter.ToUniversalTime(), Is.EqualTo(Now.AddYears(10).UtcDateTime));
        Assert.That(client.NotAfter.ToUniversalTime(), Is.EqualTo(Now.AddDays(365).UtcDateTime));
    }

    [Test]
    public void A_certificate_does_until_four_months_before_its_end()
    {
        var (certificate, key) = Issue(Server, Now);
        Assert.That(CertificateCheck.WhyNot(certificate, key, Server, Now.AddDays(244)), Is.Null);
        Assert.That(CertificateCheck.WhyNot(certificate, key, Server, Now.AddDays(246)), Does.Contain("ends on 2027-11-21"));
    }

    [Test]
    public void A_new_address_needs_a_new_certificate()
    {
        var (certificate, key) = Issue(Server, Now);
        var wider = Server with { Addresses = [.. Server.Addresses, IPAddress.Parse("10.96.7.8")] };
        Assert.That(CertificateCheck.WhyNot(certificate, key, wider, Now), Does.Contain("10.96.7.8"));
    }

    [TestCase("", "", "there is none")]
    [TestCase("rubbish", "rubbish", "cannot be read")]
    public void What_is_no_certificate_does_not_do(string certificate, string key, string why) =>
        Assert.That(CertificateCheck.WhyNot(certificate, key, Server, Now), Does.Contain(why));

    [Test]
    public void A_certificate_beside_the_key_of_another_does_not_do()
    {
        var (certificate, _) = Issue(Server, Now);
        var (_, key) = Issue(Server, Now);
        Assert.That(CertificateCheck.WhyNot(certificate, key, Server, Now), Does.Contain("cannot be read"));
    }

    private static (string Certificate, string Key) Issue(CertificateWish wish, DateTimeOffset now)
    {
        var (certificate, key) = CertificateAuthority.Create(now);
        using var authority = CertificateAuthority.Load(certificate, key);
        return authority.Issue(wish, now);
    }

    private static bool Verifies(string authority, string certificate)
    {
        using var root = X509Certificate2.CreateFromPem(authority);
        using var leaf = X509Certificate2.CreateFromPem(certificate);
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = Now.UtcDateTime;
        return chain.Build(leaf);
    }
}
